-- One row per maturity bucket of the plan last reported by the month end: what the loans bring in by contract, what the
-- liabilities take, the gap and the gap so far (section 8). What is overdue brings nothing in: a row of its own, in no gap.
with reported as (
    select max(reported_on) as reported_on
    from scoped_funding_plan($branches, $products)
    where reported_on <= $month_end and item = 'liability_outflow'
),

buckets as (
    select *
    from (
        values
        (0, 'overdue'),
        (1, 'overnight'),
        (2, '2-7'),
        (3, '8-30'),
        (4, '31-90'),
        (5, '91-365'),
        (6, 'over 1 year')
    ) as listed (place, maturity)
),

outflows as (
    select
        case
            when date_diff('day', $month_end, plan.due_on) <= 1 then 'overnight'
            when date_diff('day', $month_end, plan.due_on) <= 7 then '2-7'
            when date_diff('day', $month_end, plan.due_on) <= 30 then '8-30'
            when date_diff('day', $month_end, plan.due_on) <= 90 then '31-90'
            when plan.due_on <= last_day(cast($month_end + interval 12 month as date)) then '91-365'
            else 'over 1 year'
        end as maturity,
        sum(plan.amount) as outflow
    from scoped_funding_plan($branches, $products) as plan
    inner join reported on plan.reported_on = reported.reported_on
    where plan.item = 'liability_outflow' and plan.due_on > $month_end
    group by maturity
),

inflows as (
    select
        maturity,
        sum(amount) as inflow
    from scoped_inflows($branches, $products)
    where month_end = $month_end
    group by maturity
),

joined as (
    select
        buckets.place,
        buckets.maturity,
        coalesce(inflows.inflow, 0) as inflow,
        coalesce(outflows.outflow, 0) as outflow,
        case when buckets.place > 0 then coalesce(inflows.inflow, 0) - coalesce(outflows.outflow, 0) end as gap
    from buckets
    cross join reported
    left join inflows on buckets.maturity = inflows.maturity
    left join outflows on buckets.maturity = outflows.maturity
    where reported.reported_on is not null
)

select
    maturity,
    inflow,
    outflow,
    gap,
    case when place > 0 then sum(gap) over (order by place) end as gap_so_far
from joined
order by place
