-- One row per loan of a borrower in this scope at the data's last date, worst first.
with loans as (
    select *
    from scoped_loans($branches, $products)
    where borrower_id = $borrower_id
)

select
    loan_id,
    product,
    branch,
    principal,
    annual_rate,
    disbursed_on,
    matures_on,
    status,
    balance,
    days_past_due,
    bucket,
    classification,
    overdue_amount,
    is_restructured
from loans
order by status = 'active' desc, days_past_due desc nulls last, balance desc nulls last, loan_id
