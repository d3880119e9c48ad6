-- One row per stay of a case and month end at which it is told how long it takes (11, 16): of what is open then its age, of
-- what was closed in the month the time from opening to closing, in calendar days and, of cases on a working clock, in hours
-- of work without the time stopped. What a customer waits for is told beside it on its own clock: complaints in calendar
-- days, inquiries in hours. The rest of a stay is in marts.case_stays.
with months as (
    select distinct calendar.month_end
    from raw.calendar as calendar
    cross join raw.build as build
    where calendar.month_end <= last_day(build.as_of)
),

stays as (select * from marts.case_stays),

held as (
    select
        months.month_end,
        stays.stay_id,
        stays.branch,
        stays.product,
        stays.department_id,
        stays.case_type,
        date_diff('day', stays.opened_on, months.month_end) as age_days
    from stays
    inner join months
        on last_day(stays.entered_on) <= months.month_end
        and (stays.left_on is null or stays.left_on > months.month_end)
),

closed as (
    select
        months.month_end,
        stays.stay_id,
        stays.branch,
        stays.product,
        stays.department_id,
        stays.case_type,
        date_diff('second', stays.opened_at, stays.closed_at) / 86400.0 as cycle_days,
        stays.worked_minutes / 60.0 as clock_hours,
        stays.clock = 'working' as is_worked
    from stays
    inner join months on last_day(stays.left_on) = months.month_end
    where stays.left_by = 'closed'
),

told as (
    select * from held
    union all by name
    select * from closed
)

select
    month_end,
    stay_id,
    branch,
    product,
    department_id,
    case_type,
    age_days,
    cast(cycle_days as decimal(18, 4)) as cycle_days,
    cast(case when is_worked then clock_hours end as decimal(18, 4)) as worked_hours,
    cast(case when case_type = 'complaint' then cycle_days end as decimal(18, 4)) as complaint_days,
    cast(case when case_type = 'inquiry' then clock_hours end as decimal(18, 4)) as inquiry_hours,
    case when age_days is not null then 1 end as aged_count,
    case when cycle_days is not null then 1 end as cycle_count,
    case when is_worked then 1 end as worked_count,
    case when case_type = 'complaint' and cycle_days is not null then 1 end as complaint_count,
    case when case_type = 'inquiry' and cycle_days is not null then 1 end as inquiry_count
from told
order by month_end, department_id, case_type, stay_id
