-- One row per month end of the forecast, month forecast (the twelve after it), branch and product: what the loans on
-- the book then were to pay by the schedules in force then, arrears apart, and what those same loans did pay
-- (actual_amount, empty while the month has not passed). New lending is in neither.
with month_ends as (select * from marts.month_ends),

grouped as (
    select
        branch,
        product,
        last_day(due_on) as month_end,
        from_month,
        until_month,
        sum(principal_due) as principal_due,
        sum(interest_due) as interest_due
    from intermediate.due_groups
    group by branch, product, last_day(due_on), from_month, until_month
),

contracted as (
    select
        month_ends.month_end as forecast_on,
        grouped.month_end,
        grouped.branch,
        grouped.product,
        sum(grouped.principal_due) as principal_amount,
        sum(grouped.interest_due) as interest_amount,
        cast(0 as decimal(18, 2)) as actual_amount
    from grouped
    inner join month_ends
        on month_ends.month_end >= grouped.from_month and month_ends.month_end < grouped.until_month
    group by month_ends.month_end, grouped.month_end, grouped.branch, grouped.product
),

-- By how long ago a loan was paid out: at most twelve months matter.
received as (
    select
        month_end,
        branch,
        product,
        least(months_on_book, 12) as age,
        sum(collected_in_month) as amount
    from marts.loan_month_states
    where collected_in_month <> 0
    group by month_end, branch, product, least(months_on_book, 12)
),

came as (
    select
        month_ends.month_end as forecast_on,
        received.month_end,
        received.branch,
        received.product,
        cast(0 as decimal(18, 2)) as principal_amount,
        cast(0 as decimal(18, 2)) as interest_amount,
        sum(received.amount) as actual_amount
    from received
    inner join month_ends
        on month_ends.month_end < received.month_end
        and month_ends.month_end >= last_day(cast(received.month_end - interval 12 month as date))
        and date_diff('month', month_ends.month_end, received.month_end) <= received.age
    group by month_ends.month_end, received.month_end, received.branch, received.product
),

summed as (
    select
        forecast_on,
        month_end,
        branch,
        product,
        sum(principal_amount) as principal_amount,
        sum(interest_amount) as interest_amount,
        sum(actual_amount) as actual_amount
    from (
        select * from contracted
        union all
        select * from came
    ) as both_sides
    group by forecast_on, month_end, branch, product
)

select
    summed.forecast_on,
    summed.month_end,
    date_diff('month', summed.forecast_on, summed.month_end) as ahead,
    summed.branch,
    summed.product,
    cast(summed.principal_amount as decimal(18, 2)) as principal_amount,
    cast(summed.interest_amount as decimal(18, 2)) as interest_amount,
    cast(summed.principal_amount + summed.interest_amount as decimal(18, 2)) as due_amount,
    cast(case when month_ends.month_end is not null then summed.actual_amount end as decimal(18, 2)) as actual_amount
from summed
left join month_ends on summed.month_end = month_ends.month_end
order by summed.forecast_on, summed.month_end, summed.branch, summed.product
