-- One row per borrower that is a firm or belongs to a connected group, and branch and product in which it has had a
-- loan: a short list, beside all the people who owe only for themselves.
select distinct
    borrowers.borrower_id,
    borrowers.group_id,
    borrowers.name,
    borrowers.kind,
    borrowers.region,
    borrowers.industry,
    loans.branch,
    loans.product
from staging.borrowers as borrowers
inner join staging.loans as loans on borrowers.borrower_id = loans.borrower_id
where borrowers.group_id is not null or borrowers.kind <> 'retail'
order by borrowers.borrower_id
