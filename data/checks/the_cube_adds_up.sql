-- A month end at which the cube and the loan-months disagree on loans or balance.
with loan_months as (
    select
        month_end,
        sum(loan_count) as loans,
        sum(balance) as balance
    from marts.loan_months
    group by month_end
),

portfolio as (
    select
        month_end,
        sum(loan_count) as loans,
        sum(balance) as balance
    from marts.portfolio
    group by month_end
)

select
    month_end,
    loan_months.loans,
    portfolio.loans as loans_in_cube,
    loan_months.balance,
    portfolio.balance as balance_in_cube
from loan_months
full join portfolio using (month_end)
where
    loan_months.loans is distinct from portfolio.loans
    or loan_months.balance is distinct from portfolio.balance
