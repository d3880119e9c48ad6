-- One row per borrower asked for, masked: what it is called and what it does.
select
    borrower_id,
    name,
    kind,
    group_id,
    region,
    industry
from scoped_borrowers($branches, $products)
where list_contains($numbers, borrower_id)
order by borrower_id
