-- One row: the loan at the data's last date, with its borrower's masked name.
with loans as (
    select *
    from scoped_loans($branches, $products)
    where loan_id = $loan_id
),

borrowers as (
    select *
    from scoped_borrowers($branches, $products)
    where borrower_id = $borrower_id
)

select
    loans.*,
    borrowers.name as borrower_name,
    borrowers.kind,
    borrowers.group_id,
    borrowers.industry,
    borrowers.region,
    coalesce(borrowers.is_known, false) as is_known
from loans
left join borrowers on loans.borrower_id = borrowers.borrower_id
