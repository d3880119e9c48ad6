-- One row per person on the staff and month end, and whether an auditor: of a department that owes audits by the duties of
-- the organisation in force (14.1). Where no department owes any, nobody audits and there is nothing to tell.
with months as (
    select distinct month_end
    from raw.calendar
    cross join raw.build as build
    where month_end <= last_day(build.as_of)
),

auditing as (
    select distinct department_id
    from marts.duties
    where case_type = 'audit_engagement'
)

select
    months.month_end,
    staff.staff_id,
    staff.name,
    coalesce(staff.department_id, 'unknown') as department_id,
    staff.branch,
    '' as product,
    staff.grade,
    staff.joined_on,
    1 as staff_count,
    case when auditing.department_id is not null then 1 else 0 end as auditor_count
from marts.staff as staff
inner join months
    on coalesce(staff.joined_on, date '1900-01-01') <= months.month_end
    and (staff.left_on is null or staff.left_on > months.month_end)
left join auditing on staff.department_id = auditing.department_id
where exists (select 1 from auditing)
order by months.month_end, staff.staff_id
