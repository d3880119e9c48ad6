-- One row per borrower; one that only a loan names has is_known = false and no facts.
select
    borrowers.borrower_id,
    borrowers.name,
    borrowers.kind,
    borrowers.group_id,
    borrowers.industry,
    borrowers.region,
    borrowers.id_number,
    borrowers.phone,
    borrowers.is_known,
    homes.places
from staging.borrowers as borrowers
left join intermediate.homes as homes on borrowers.borrower_id = homes.borrower_id
order by borrowers.borrower_id
