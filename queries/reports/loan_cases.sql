-- One row per case of a loan, newest first.
with cases as (
    select *
    from scoped_cases($branches, $products)
    where loan_id = $loan_id
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
    outcome,
    closed_on is null or closed_on > $as_of as is_open,
    coalesce(due_on < least(coalesce(closed_on, $as_of), $as_of), false) as is_late
from cases
where opened_on <= $as_of
order by opened_on desc, case_id
