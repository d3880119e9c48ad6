-- One row per first digit, or first two digits, as `$places` asks, of the payments of the twelve months to the month end,
-- with the smallest and largest of all. An amount of a single digit has no two.
with payments as (
    select
        net_amount,
        ltrim(replace(cast(net_amount as varchar), '.', ''), '0') as digits
    from scoped_payments($branches, $products)
    where paid_on <= $month_end and paid_on > $month_end - interval 12 month and net_amount >= 0.01
),

counted as (
    select
        cast(left(digits, $places) as integer) as digit,
        net_amount
    from payments
    where length(digits) >= $places
)

select
    digit,
    count(*) as number,
    min(min(net_amount)) over () as smallest,
    max(max(net_amount)) over () as largest
from counted
group by digit
order by digit
