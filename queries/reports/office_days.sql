-- One row per day of the calendar of the office: whether it is worked.
select
    day,
    is_workday
from book_working_days()
where calendar_id = 'office'
