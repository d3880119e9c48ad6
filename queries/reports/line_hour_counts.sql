-- One row per month end, branch, product, department, type and level of what is to be answered within minutes, with the hours
-- that it takes, and per person of a department that had any in the month, with the hours present (11, occupancy).
with lines as (
    select
        month_end,
        branch,
        product,
        department_id,
        case_type,
        grade,
        calls,
        cast(calls * handle_seconds / 3600 as decimal(18, 4)) as line_hours
    from scoped_calls($branches, $products)
),

answering as (
    select distinct
        month_end,
        department_id
    from lines
)

select
    month_end,
    concat('1 ', department_id, ' ', case_type, ' ', grade, ' ', branch, ' ', product) as row_id,
    cast(null as varchar) as staff_id,
    cast(null as varchar) as name,
    department_id,
    branch,
    product,
    case_type,
    grade as case_grade,
    calls,
    line_hours,
    cast(0 as decimal(18, 4)) as present_hours
from lines
union all
select
    people.month_end,
    concat('2 ', people.staff_id) as row_id,
    people.staff_id,
    people.name,
    people.department_id,
    people.branch,
    people.product,
    null as case_type,
    null as case_grade,
    null as calls,
    0 as line_hours,
    cast(people.available_hours as decimal(18, 4)) as present_hours
from scoped_staff_months($branches, $products) as people
inner join answering
    on people.month_end = answering.month_end and people.department_id = answering.department_id
