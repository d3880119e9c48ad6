-- One row per calendar and minute of a day: how many working minutes of that day, were it a workday, lie before it.
with digits as (
    select 0 as digit
    union all
    select 1 as digit
    union all
    select 2 as digit
    union all
    select 3 as digit
    union all
    select 4 as digit
    union all
    select 5 as digit
    union all
    select 6 as digit
    union all
    select 7 as digit
    union all
    select 8 as digit
    union all
    select 9 as digit
),

minutes as (
    select thousands.digit * 1000 + hundreds.digit * 100 + tens.digit * 10 + ones.digit as minute_of_day
    from digits as thousands
    cross join digits as hundreds
    cross join digits as tens
    cross join digits as ones
    where thousands.digit < 2
),

hours as (
    select distinct
        calendar_id,
        opens,
        break_from,
        break_until,
        closes
    from marts.working_days
)

select
    hours.calendar_id,
    minutes.minute_of_day,
    greatest(0, least(minutes.minute_of_day, hours.break_from) - hours.opens)
    + greatest(0, least(minutes.minute_of_day, hours.closes) - hours.break_until) as minutes_into
from minutes
cross join hours
where minutes.minute_of_day < 1440
