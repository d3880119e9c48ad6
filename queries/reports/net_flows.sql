-- One row per bucket after current: its closing balance, new loans included, over what could flow into it (6.1).
-- A bucket longer than a month is taken by inflow alone, since what stays there would make the rate meaningless.
with months as (
    select
        opening_bucket,
        bucket,
        opening_balance,
        balance,
        list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], opening_bucket) as was,
        list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], bucket) as is_now
    from scoped_loan_months($branches, $products)
    where month_end = $month_end
),

ladder as (
    select
        unnest(['1-30', '31-60', '61-90', '91-180', '181-360', '360+']) as bucket,
        unnest([2, 3, 4, 5, 6, 7]) as rung
),

opening as (
    select
        was as rung,
        sum(opening_balance) as balance
    from months
    where opening_balance > 0
    group by was
),

closing as (
    select
        is_now as rung,
        sum(balance) as balance,
        sum(case when was < is_now then opening_balance else 0 end) as inflow
    from months
    where bucket is not null
    group by is_now
)

select
    ladder.bucket,
    coalesce(opening.balance, 0) as opening_below,
    coalesce(case when ladder.rung > 4 then closing.inflow else closing.balance end, 0) as flowed,
    cast(coalesce(case when ladder.rung > 4 then closing.inflow else closing.balance end, 0) as double)
    / nullif(opening.balance, 0) as net_flow_rate
from ladder
left join opening on ladder.rung - 1 = opening.rung
left join closing on ladder.rung = closing.rung
order by ladder.rung
