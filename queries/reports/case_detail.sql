-- One row: a case with its state on the date looked at.
select
    case_id,
    department_id,
    department,
    department_zh,
    case_type,
    duty_id,
    loan_id,
    borrower_id,
    branch,
    product,
    opened_at,
    due_at,
    case when closed_on <= $as_of then closed_at end as closed_at,
    opened_on,
    due_on,
    case when closed_on <= $as_of then closed_on end as closed_on,
    owner,
    owner_name,
    case when closed_on <= $as_of then outcome end as outcome,
    closed_on is null or closed_on > $as_of as is_open,
    coalesce(due_on < least(coalesce(closed_on, $as_of), $as_of), false) as is_late
from scoped_cases($branches, $products)
where case_id = $case_id and opened_on <= $as_of
