-- One row per borrower of a connected group that is on the book at the month end, largest first.
with members as (
    select distinct borrower_id
    from scoped_connections($branches, $products)
    where group_id = $group_id
),

summed as (
    select
        months.borrower_id,
        count(*) as loans,
        sum(months.balance) as balance,
        max(months.days_past_due) as days_past_due,
        max(months.classification) as classification
    from scoped_loan_months($branches, $products) as months
    inner join members on months.borrower_id = members.borrower_id
    where months.month_end = $month_end and months.status = 'active' and months.balance > 0
    group by months.borrower_id
)

select
    borrower_id,
    loans,
    balance,
    cast(balance as double) / sum(balance) over () as share,
    days_past_due,
    classification
from summed
order by balance desc, borrower_id
