-- One row per borrower; one that only a loan names has is_known = false and no facts.
select
    borrower_id,
    name,
    kind,
    group_id,
    industry,
    region,
    id_number,
    phone,
    is_known
from staging.borrowers
order by borrower_id
