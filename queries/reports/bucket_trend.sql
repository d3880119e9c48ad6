-- One row per month end and bucket of a scale: loans, balance, and the share of each in the month's.
with cells as (
    select
        month_end,
        case $scale
            when 'bucket_m' then bucket_m
            when 'bucket_reg' then bucket_reg
            else bucket
        end as bucket,
        sum(loan_count) as loans,
        sum(balance) as balance
    from scoped_portfolio($branches, $products)
    where month_end between $first and $month_end and bucket is not null
    group by all
)

select
    month_end,
    bucket,
    loans,
    balance,
    cast(balance as double) / nullif(sum(balance) over (partition by month_end), 0) as share
from cells
order by month_end, bucket
