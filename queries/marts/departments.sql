-- One row per department of the organisation in force, and one for what that organisation has nobody for.
select
    departments.department_id,
    coalesce(departments.position, 0) as position,
    departments.name,
    coalesce(departments.name_zh, departments.name) as name_zh,
    coalesce(departments.calendar_id, 'office') as calendar_id,
    departments.head_id,
    departments.budgeted_posts,
    departments.takes_over,
    coalesce(departments.may_unmask, false) as may_unmask
from raw.departments as departments
inner join staging.organisation as organisation on departments.organisation = organisation.organisation
union all
select
    'elsewhere' as department_id,
    999 as position,
    'Outside this organisation' as name,
    '本组织之外' as name_zh,
    'office' as calendar_id,
    cast(null as varchar) as head_id,
    cast(null as bigint) as budgeted_posts,
    cast(null as varchar) as takes_over,
    false as may_unmask
from intermediate.department_homes
where department_id = 'elsewhere'
group by department_id
