-- One row per borrower asked for that is a firm or in a connected group: its masked name, its group, where it is and
-- what it does. Of people who owe only for themselves there is no row.
with asked as (select unnest($numbers) as borrower_id)

select distinct
    borrower_id,
    name,
    kind,
    group_id,
    region,
    industry
from scoped_connections($branches, $products)
where borrower_id in (select asked.borrower_id from asked)
order by borrower_id
