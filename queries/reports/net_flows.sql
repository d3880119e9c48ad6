-- One row per bucket after current: its balance at the scope's month end, new loans included, over the balance of the
-- bucket before it a month earlier (6.1). A bucket longer than a month is taken by inflow alone, since what stays there
-- would make the rate meaningless. `flow_through` multiplies the rates from current on.
with ladder as (
    select
        unnest(['1-30', '31-60', '61-90', '91-180', '181-360', '360+']) as bucket,
        unnest(['current', '1-30', '31-60', '61-90', '91-180', '181-360']) as below,
        unnest([2, 3, 4, 5, 6, 7]) as rung
),

moves as (
    select
        opening_bucket,
        to_state,
        sum(opening_balance) as balance,
        sum(closing_balance) as closing_balance,
        list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], opening_bucket) as was,
        list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], to_state) as is_now
    from scoped_moves($branches, $products)
    where month_end = $month_end and span = 1
    group by opening_bucket, to_state
),

opening as (
    select
        opening_bucket as bucket,
        sum(balance) as balance
    from moves
    group by opening_bucket
),

inflow as (
    select
        to_state as bucket,
        sum(closing_balance) as balance
    from moves
    where was < is_now
    group by to_state
),

closing as (
    select
        bucket,
        sum(balance) as balance
    from scoped_portfolio($branches, $products)
    where month_end = $month_end and bucket is not null
    group by bucket
),

flows as (
    select
        ladder.bucket,
        ladder.rung,
        coalesce(opening.balance, 0) as opening_below,
        coalesce(case when ladder.rung > 4 then inflow.balance else closing.balance end, 0) as flowed
    from ladder
    left join opening on ladder.below = opening.bucket
    left join inflow on ladder.bucket = inflow.bucket
    left join closing on ladder.bucket = closing.bucket
)

select
    bucket,
    opening_below,
    flowed,
    cast(flowed as double) / nullif(opening_below, 0) as net_flow_rate,
    case
        when min(opening_below) over (order by rung) > 0
            then product(cast(flowed as double) / nullif(opening_below, 0)) over (order by rung)
    end as flow_through
from flows
order by rung
