-- One row per compliance check and each of the twelve month ends from its day on: items tested and passed, of those that
-- apply; what did not pass, and whether it was put right by then (14.1). A check of head office has branch ''; checks
-- belong to no product (''). A check that does not say how many items it tested, or passed, is not counted.
with months as (
    select distinct
        month_end,
        last_day(cast(month_end - interval 12 month as date)) as year_ago
    from raw.calendar
    cross join raw.build as build
    where month_end <= last_day(build.as_of)
),

checks as (
    select
        checks.check_id,
        coalesce(homes.department_id, checks.department_id, '') as department_id,
        coalesce(departments.name, checks.department_id) as department,
        coalesce(departments.name_zh, departments.name, checks.department_id) as department_zh,
        coalesce(checks.branch, '') as branch,
        checks.checked_on,
        coalesce(checks.is_planned, true) as is_planned,
        checks.items_tested,
        checks.items_passed,
        checks.items_tested - checks.items_passed as exceptions,
        checks.rectified_on
    from raw.compliance_checks as checks
    left join intermediate.department_homes as homes on checks.department_id = homes.recorded_id
    left join marts.departments as departments on homes.department_id = departments.department_id
    where checks.items_tested > 0 and checks.items_passed is not null
)

select
    months.month_end,
    checks.check_id,
    checks.department_id,
    checks.department,
    checks.department_zh,
    checks.branch,
    '' as product,
    checks.checked_on,
    checks.is_planned,
    checks.items_tested,
    checks.items_passed,
    checks.exceptions,
    case when checks.rectified_on <= months.month_end then checks.rectified_on end as rectified_on,
    case when checks.rectified_on <= months.month_end then date_diff('day', checks.checked_on, checks.rectified_on) end
        as days_to_rectify,
    case when checks.is_planned then 1 else 0 end as planned_count,
    case when checks.is_planned then 0 else 1 end as unplanned_count,
    case when checks.exceptions > 0 then 1 else 0 end as failed_count,
    case when checks.exceptions > 0 and checks.rectified_on <= months.month_end then 1 else 0 end as rectified_count
from checks
inner join months on checks.checked_on <= months.month_end and checks.checked_on > months.year_ago
order by months.month_end, checks.check_id
