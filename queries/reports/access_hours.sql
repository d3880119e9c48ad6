-- One row per department and day since a day: whether its calendar works then, and from which minute of the day to which.
-- The department '' is whoever has none: the office.
with hours as (
    select *
    from book_working_days()
    where day >= $first_day
),

departments as (
    select
        department_id,
        coalesce(calendar_id, 'office') as calendar_id
    from book_departments()
    union all
    select
        '' as department_id,
        'office' as calendar_id
)

select
    departments.department_id,
    hours.day,
    hours.is_workday,
    hours.opens,
    hours.closes
from departments
inner join hours on departments.calendar_id = hours.calendar_id
order by departments.department_id, hours.day
