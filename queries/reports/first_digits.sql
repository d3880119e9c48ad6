-- One row per first digit of the payments of the twelve months to the month end, with the smallest and largest of all.
with payments as (
    select net_amount
    from scoped_payments($branches, $products)
    where paid_on <= $month_end and paid_on > $month_end - interval 12 month and net_amount >= 0.01
),

digits as (
    select
        cast(left(ltrim(replace(cast(net_amount as varchar), '.', ''), '0'), 1) as integer) as digit,
        net_amount
    from payments
)

select
    digit,
    count(*) as number,
    min(min(net_amount)) over () as smallest,
    max(max(net_amount)) over () as largest
from digits
group by digit
order by digit
