-- One row per value of a dimension and bucket at the month end: loans, balance, and share of the value's balance.
with cells as (
    select
        case $dimension
            when 'branch' then branch
            when 'product' then product
            when 'borrower_kind' then borrower_kind
            when 'collateral_kind' then collateral_kind
            when 'classification' then cast(classification as varchar)
        end as value,
        bucket,
        sum(loan_count) as loans,
        sum(balance) as balance
    from scoped_portfolio($branches, $products)
    where month_end = $month_end and bucket is not null
    group by all
)

select
    value,
    bucket,
    loans,
    balance,
    cast(balance as double) / nullif(sum(balance) over (partition by value), 0) as share
from cells
order by value, list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], bucket)
