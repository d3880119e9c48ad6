-- One row per day: whether the office works on it, and how many of its workdays there are up to and with it. Workdays
-- between two days are the difference of their numbers. Where no calendar of the office is known, Saturday and Sunday
-- are no workdays.
with days as (
    select
        calendar.date as day,
        coalesce(office.is_workday, isodow(calendar.date) <= 5) as is_workday
    from raw.calendar as calendar
    left join marts.working_days as office on calendar.date = office.day and office.calendar_id = 'office'
)

select
    day,
    is_workday,
    cast(count(case when is_workday then 1 end) over (order by day) as bigint) as workday_no
from days
order by day
