-- One row per month end and bucket: loans, balance, and share of the month's balance.
with cells as (
    select
        month_end,
        bucket,
        sum(loan_count) as loans,
        sum(balance) as balance
    from scoped_portfolio($branches, $products)
    where month_end between $first and $month_end and bucket is not null
    group by month_end, bucket
)

select
    month_end,
    bucket,
    loans,
    balance,
    cast(balance as double) / nullif(sum(balance) over (partition by month_end), 0) as share
from cells
order by
    month_end,
    list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], bucket)
