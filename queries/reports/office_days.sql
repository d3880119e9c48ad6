-- One row per day of the calendar of the office: whether it is worked.
select
    day,
    is_workday
from book_office_days()
order by day
