-- One row per calendar and day: its hours, and the working minutes before it. The working time between two moments is
-- the difference of their positions; the moment of a position is on the workday of its number. No day is walked.
with hours as (
    select
        calendar_id,
        weekdays,
        cast(substring(opens_at, 1, 2) as integer) * 60 + cast(substring(opens_at, 4, 2) as integer) as opens,
        cast(substring(closes_at, 1, 2) as integer) * 60 + cast(substring(closes_at, 4, 2) as integer) as closes,
        cast(substring(coalesce(break_from, closes_at), 1, 2) as integer) * 60
        + cast(substring(coalesce(break_from, closes_at), 4, 2) as integer) as break_from,
        cast(substring(coalesce(break_until, closes_at), 1, 2) as integer) * 60
        + cast(substring(coalesce(break_until, closes_at), 4, 2) as integer) as break_until
    from raw.calendars
),

worked as (
    select
        hours.calendar_id,
        days.date as day,
        hours.opens,
        hours.closes,
        hours.break_from,
        hours.break_until,
        hours.break_from - hours.opens + hours.closes - hours.break_until as day_minutes,
        case
            when named.is_workday is not null then cast(named.is_workday as integer)
            when hours.weekdays like concat(
                '%', cast((date_diff('day', date '1900-01-01', days.date) % 7) + 1 as varchar), '%'
            ) then 1
            else 0
        end as workday,
        named.name,
        named.name_zh
    from hours
    cross join raw.calendar as days
    left join raw.calendar_days as named on hours.calendar_id = named.calendar_id and days.date = named.day
),

numbered as (
    select
        *,
        sum(workday) over (
            partition by calendar_id order by day rows between unbounded preceding and current row
        ) as workday_no
    from worked
)

select
    calendar_id,
    day,
    workday = 1 as is_workday,
    cast(workday_no as bigint) as workday_no,
    day_minutes,
    cast((workday_no - workday) * day_minutes as bigint) as minutes_before,
    opens,
    break_from,
    break_until,
    closes,
    name,
    name_zh
from numbered
order by calendar_id, day
