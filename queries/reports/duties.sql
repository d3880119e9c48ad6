-- One row per duty of a department, or of all, in the order of the organisation: with the cases of its type that the
-- department has had up to the date looked at. Duties of one department with one type have the same cases.
with held as (
    select
        department_id,
        case_type,
        sum(stays) as stays,
        sum(cases) as cases
    from scoped_duty_months($branches, $products)
    where month_end <= $month_end and ($department_id = '' or department_id = $department_id)
    group by department_id, case_type
),

ordered as (
    select
        *,
        first_value(duty_id) over (
            partition by department_id, case_type order by position, duty_id
            rows between unbounded preceding and unbounded following
        ) as first_duty
    from book_duties()
    where $department_id = '' or department_id = $department_id
)

select
    ordered.duty_id,
    ordered.position,
    ordered.department_id,
    ordered.name as duty,
    ordered.name_zh as duty_zh,
    ordered.case_type,
    ordered.kind,
    ordered.figure,
    case when ordered.first_duty <> ordered.duty_id then ordered.first_duty end as same_as,
    coalesce(held.stays, 0) as stays,
    coalesce(held.cases, 0) as cases
from ordered
left join held on ordered.department_id = held.department_id and ordered.case_type = held.case_type
-- Whoever may see nothing is not told of the duties either.
where len($branches) > 0
order by ordered.position, ordered.duty_id
