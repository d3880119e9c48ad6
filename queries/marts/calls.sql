-- One row per month end, branch, product, department, case type and level of what is to be answered within minutes by
-- the clock: how many came in the month, how long one takes, the seconds allowed, and the hours that its line is open
-- (the calendar that it is closed on, else the department's own).
with quick as (
    select
        levels.case_type,
        levels.grade,
        levels.amount * case levels.unit when 'minutes' then 60 else 3600 end as within_seconds,
        levels.valid_from,
        coalesce(levels.valid_to, date '9999-12-31') as valid_to
    from raw.service_levels as levels
    where levels.measure = 'respond'
        and levels.clock = 'calendar'
        and levels.unit in ('minutes', 'hours')
        and levels.amount * case levels.unit when 'minutes' then 1 else 60 end < 60
),

came as (
    select
        last_day(stays.entered_on) as month_end,
        stays.branch,
        stays.product,
        stays.department_id,
        stays.case_type,
        stays.grade,
        max(quick.within_seconds) as within_seconds,
        max(stays.standard_minutes) * 60 as handle_seconds,
        count(*) as calls
    from marts.case_stays as stays
    inner join quick
        on stays.case_type = quick.case_type
        and stays.grade = quick.grade
        and stays.entered_on between quick.valid_from and quick.valid_to
    where stays.entered_by = 'opened'
    group by
        last_day(stays.entered_on),
        stays.branch,
        stays.product,
        stays.department_id,
        stays.case_type,
        stays.grade
),

lines as (
    select
        case_type,
        grade,
        max(calendar_id) as calendar_id
    from raw.service_levels
    where measure = 'resolve'
    group by case_type, grade
),

hours as (
    select
        calendar_id,
        last_day(day) as month_end,
        sum(case when is_workday then day_minutes else 0 end) / 60.0 as open_hours
    from marts.working_days
    group by calendar_id, last_day(day)
)

select
    came.month_end,
    came.branch,
    came.product,
    came.department_id,
    came.case_type,
    came.grade,
    came.within_seconds,
    cast(came.handle_seconds as double) as handle_seconds,
    came.calls,
    hours.open_hours
from came
inner join marts.departments as departments on came.department_id = departments.department_id
left join lines on came.case_type = lines.case_type and came.grade = lines.grade
left join hours
    on coalesce(lines.calendar_id, departments.calendar_id) = hours.calendar_id
    and came.month_end = hours.month_end
order by came.month_end, came.department_id, came.case_type, came.grade
