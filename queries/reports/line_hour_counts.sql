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
    select
        lines.month_end,
        lines.department_id,
        max(coalesce(capacity.people_unseen, 0)) as people_unseen
    from lines
    left join scoped_capacity($branches, $products) as capacity
        on lines.month_end = capacity.month_end and lines.department_id = capacity.department_id
    group by lines.month_end, lines.department_id
)

select
    lines.month_end,
    concat(
        '1 ', lines.department_id, ' ', lines.case_type, ' ', lines.grade, ' ', lines.branch, ' ', lines.product
    ) as row_id,
    cast(null as varchar) as staff_id,
    cast(null as varchar) as name,
    lines.department_id,
    lines.branch,
    lines.product,
    lines.case_type,
    lines.grade as case_grade,
    lines.calls,
    lines.line_hours,
    cast(0 as decimal(18, 4)) as present_hours,
    answering.people_unseen
from lines
inner join answering on lines.month_end = answering.month_end and lines.department_id = answering.department_id
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
    cast(people.available_hours as decimal(18, 4)) as present_hours,
    answering.people_unseen
from scoped_staff_months($branches, $products) as people
inner join answering
    on people.month_end = answering.month_end and people.department_id = answering.department_id
