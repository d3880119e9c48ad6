-- One row per case of a loan as it stood at the end of the day looked at, newest first; of one department, or of all ('').
with cases as (
    select
        *,
        min(opened_on) over (partition by case_id) as first_opened_on,
        coalesce(left_by = 'closed' and left_on <= $as_of, false) as is_closed
    from scoped_case_stays_on($branches, $products, $as_of)
    where loan_id = $loan_id
    qualify row_number() over (partition by case_id order by stay desc) = 1
)

select
    cases.case_id,
    cases.department_id,
    cases.department,
    cases.department_zh,
    cases.case_type,
    cases.first_opened_on as opened_on,
    cases.due_on,
    case when cases.is_closed then cases.left_on end as closed_on,
    people.name as owner_name,
    case when cases.is_closed then cases.outcome end as outcome,
    not cases.is_closed as is_open,
    case
        when cases.is_closed or cases.fulfilled_day <= $as_of then cases.is_breached
        else coalesce(cases.late_from <= $as_of, false)
    end as is_late
from cases
left join book_staff() as people on cases.owner = people.staff_id
where $department in ('', cases.department_id)
order by opened_on desc, cases.case_id
