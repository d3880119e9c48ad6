-- One row per month end, branch, product and maturity bucket: what the loans on the book were still to pay by the
-- schedules in force that day, by the days until it falls due (section 8). What is overdue stands apart and in no other
-- bucket. A year is the twelve months ahead.
with month_ends as (select * from marts.month_ends),

near as (
    select
        branch,
        product,
        due_on,
        greatest(from_month, last_day(cast(due_on - interval 4 month as date))) as from_month,
        until_month,
        sum(principal_due + interest_due) as due
    from intermediate.due_groups
    where until_month > last_day(cast(due_on - interval 4 month as date))
    group by branch, product, due_on, greatest(from_month, last_day(cast(due_on - interval 4 month as date))), until_month
),

by_day as (
    select
        month_ends.month_end,
        near.branch,
        near.product,
        case
            when date_diff('day', month_ends.month_end, near.due_on) <= 1 then 'overnight'
            when date_diff('day', month_ends.month_end, near.due_on) <= 7 then '2-7'
            when date_diff('day', month_ends.month_end, near.due_on) <= 30 then '8-30'
            else '31-90'
        end as maturity,
        near.due
    from near
    inner join month_ends
        on month_ends.month_end >= near.from_month
        and month_ends.month_end < near.until_month
        and near.due_on <= cast(month_ends.month_end + interval 90 day as date)
),

in_a_year as (
    select
        forecast_on as month_end,
        branch,
        product,
        sum(due_amount) as due
    from marts.forecasts
    group by forecast_on, branch, product
),

-- All that is still to fall due, however far ahead.
ever as (
    select
        positions.state_date as month_end,
        rules.branch,
        rules.product,
        sum(positions.owed_in_all - positions.cash_due) as due
    from intermediate.positions as positions
    inner join intermediate.loan_rules as rules on positions.loan_no = rules.loan_no
    inner join intermediate.loan_ends as ends on positions.loan_no = ends.loan_no
    where positions.is_on_grid and positions.is_in_force and positions.state_date < ends.left_on
    group by positions.state_date, rules.branch, rules.product
),

overdue as (
    select
        month_end,
        branch,
        product,
        sum(overdue_amount) as due
    from marts.portfolio
    group by month_end, branch, product
),

parts as (
    select
        month_end,
        branch,
        product,
        maturity,
        due
    from by_day
    union all
    select
        month_end,
        branch,
        product,
        '91-365' as maturity,
        -due as due
    from by_day
    union all
    select
        month_end,
        branch,
        product,
        '91-365' as maturity,
        due
    from in_a_year
    union all
    select
        month_end,
        branch,
        product,
        'over 1 year' as maturity,
        -due as due
    from in_a_year
    union all
    select
        month_end,
        branch,
        product,
        'over 1 year' as maturity,
        due
    from ever
    union all
    select
        month_end,
        branch,
        product,
        'overdue' as maturity,
        due
    from overdue
)

select
    month_end,
    branch,
    product,
    maturity,
    cast(sum(due) as decimal(18, 2)) as amount
from parts
group by month_end, branch, product, maturity
having sum(due) <> 0
order by month_end, branch, product, maturity
