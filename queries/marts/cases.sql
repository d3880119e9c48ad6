-- One row per case as it stands: the department and the person that have it, its target, and what became of it.
-- A case of head office has branch '', a case without a loan has product ''.
with ends as (
    select
        case_id,
        min(opened_at) as opened_at,
        max(stay) as stay
    from marts.case_stays
    group by case_id
)

select
    latest.case_id,
    latest.department_id,
    coalesce(latest.department, latest.department_id) as department,
    coalesce(latest.department_zh, latest.department, latest.department_id) as department_zh,
    latest.case_type,
    latest.grade,
    facts.duty_id,
    facts.department_id as opened_by_department_id,
    latest.loan_id,
    latest.borrower_id,
    latest.branch,
    latest.product,
    ends.opened_at,
    cast(ends.opened_at as date) as opened_on,
    latest.fulfilled_at,
    latest.due_at,
    latest.due_on,
    latest.late_from,
    latest.risk_from,
    latest.closed_at,
    latest.closed_on,
    latest.spell - 1 as reopenings,
    latest.clock,
    latest.is_statutory,
    latest.target_minutes,
    latest.elapsed_minutes,
    latest.paused_minutes,
    latest.is_breached,
    answers.answered_at,
    case
        when latest.closed_at is not null then 'closed'
        when sent.case_id is not null then 'sent'
        when waits.case_id is not null then 'waiting'
        when answers.answered_at is not null then 'in_progress'
        when latest.owner is not null then 'assigned'
        else 'new'
    end as status,
    latest.owner,
    staff.name as owner_name,
    latest.outcome
from marts.case_stays as latest
inner join ends on latest.case_id = ends.case_id and latest.stay = ends.stay
inner join intermediate.case_facts as facts on latest.case_id = facts.case_id
left join intermediate.case_answers as answers on latest.case_id = answers.case_id
left join (
    select case_id
    from marts.hand_overs
    where outcome = 'open'
    group by case_id
) as sent on latest.case_id = sent.case_id
left join (
    select case_id
    from intermediate.case_pauses
    where ended_at is null
    group by case_id
) as waits on latest.case_id = waits.case_id
left join marts.staff as staff on latest.owner = staff.staff_id
order by ends.opened_at, latest.case_id
