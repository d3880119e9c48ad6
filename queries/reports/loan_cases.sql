-- One row per case of a loan, newest first; of one department, or of all ('').
with cases as (
    select *
    from scoped_cases($branches, $products)
    where loan_id = $loan_id and $department in ('', department_id)
)

select
    case_id,
    department_id,
    department,
    department_zh,
    case_type,
    opened_on,
    due_on,
    case when closed_on <= $as_of then closed_on end as closed_on,
    owner_name,
    case when closed_on <= $as_of then outcome end as outcome,
    closed_on is null or closed_on > $as_of as is_open,
    coalesce(due_on < least(coalesce(closed_on, $as_of), $as_of), false) as is_late
from cases
where opened_on <= $as_of
order by opened_on desc, case_id
