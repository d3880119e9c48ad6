-- One row per loan and month end that the booked accruals cover: its days on the book, the interest of these days on
-- the principal that had not fallen due (actual days, section 2.2), and what was booked. What falls due in the month
-- counts until its day, all later principal on every day; no day of it need be looked at alone.
with stretches as (select * from intermediate.interest_stretches),

first_day as (
    select
        cast(date_trunc('month', min(month_end)) as date) as day,
        max(month_end) as last_day
    from stretches
),

within_month as (
    select
        stretches.loan_no,
        stretches.version,
        stretches.month_end,
        sum(
            schedule.principal_due
            * greatest(date_diff('day', stretches.from_day, least(schedule.due_on, stretches.until_day)), 0)
        ) as balance_days
    from intermediate.schedule as schedule
    cross join first_day
    inner join stretches
        on schedule.loan_no = stretches.loan_no
        and schedule.version = stretches.version
        and last_day(schedule.due_on) = stretches.month_end
    where schedule.due_on between first_day.day and first_day.last_day and schedule.principal_due > 0
    group by stretches.loan_no, stretches.version, stretches.month_end
),

counted as (
    select
        stretches.loan_no,
        stretches.month_end,
        sum(date_diff('day', stretches.from_day, stretches.until_day)) as days,
        count(*) - count(stretches.annual_rate) as unknown_rates,
        sum(
            cast(
                date_diff('day', stretches.from_day, stretches.until_day)
                * (stretches.principal_in_all - positions.principal_due)
                + coalesce(within_month.balance_days, 0) as double
            ) * cast(stretches.annual_rate as double) / stretches.year_days
        ) as interest
    from stretches
    inner join intermediate.positions as positions
        on stretches.loan_no = positions.loan_no
        and stretches.version = positions.version
        and stretches.month_end = positions.state_date
    left join within_month
        on stretches.loan_no = within_month.loan_no
        and stretches.version = within_month.version
        and stretches.month_end = within_month.month_end
    group by stretches.loan_no, stretches.month_end
)

select
    rules.loan_id,
    counted.month_end,
    counted.days,
    cast(round(counted.interest, 2) as decimal(18, 2)) as interest,
    accruals.interest as booked
from counted
inner join intermediate.loan_rules as rules on counted.loan_no = rules.loan_no
left join raw.accruals as accruals
    on rules.loan_id = accruals.loan_id and counted.month_end = accruals.month_end
where counted.unknown_rates = 0
