-- One row: a borrower, masked, with the sum of its loans in this scope at the data's last date.
with borrowers as (
    select *
    from scoped_borrowers($branches, $products)
    where borrower_id = $borrower_id
),

loans as (
    select *
    from scoped_loans($branches, $products)
    where borrower_id = $borrower_id
),

summed as (
    select
        count(*) as loan_count,
        count(*) filter (where status = 'active') as active_loans,
        sum(balance) filter (where status = 'active') as balance,
        sum(overdue_amount) filter (where status = 'active') as overdue_amount,
        max(days_past_due) filter (where status = 'active') as days_past_due,
        max(classification) filter (where status = 'active') as classification
    from loans
)

select
    borrowers.*,
    summed.*
from borrowers
cross join summed
