-- One row: a case with its state on the date looked at, and where it was sent and waits for an answer.
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
    grade,
    status,
    clock,
    is_statutory,
    target_minutes,
    elapsed_minutes,
    paused_minutes,
    reopenings,
    opened_by_department_id,
    owner,
    owner_name,
    case when closed_on <= $as_of then outcome end as outcome,
    closed_on is null or closed_on > $as_of as is_open,
    coalesce(late_from <= $as_of and (closed_at is null or closed_on > $as_of or closed_at > due_at), false) as is_late,
    sent.to_department_id as sent_to_id
from scoped_cases($branches, $products)
left join (
    select
        case_id as sent_id,
        to_department_id
    from scoped_hand_overs_on($branches, $products, $as_of)
    where case_id = $case_id and outcome = 'open'
) as sent on case_id = sent.sent_id
where case_id = $case_id and opened_on <= $as_of
