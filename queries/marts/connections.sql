-- One row per borrower that belongs to a connected group, and branch and product in which it has had a loan.
select distinct
    borrowers.group_id,
    borrowers.borrower_id,
    loans.branch,
    loans.product
from staging.borrowers as borrowers
inner join staging.loans as loans on borrowers.borrower_id = loans.borrower_id
where borrowers.group_id is not null
