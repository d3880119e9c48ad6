-- One row per stay of a case with one department: when it came and went, how, whose desk, and the target of the case.
-- On any date a case is with one department only, so what is open adds up over departments. `left_day` is far off while it
-- is there, and `fulfilled_day` while what was promised is not done: the event that its level ends with, if it does. On any
-- day a case is late from `late_from` on, and at risk from `risk_from` on, until that day. Rows are in the order of its
-- months and of departments, so that what a department had open or left in a month lies together.
with stays as (
    select
        *,
        row_number() over (partition by case_id, spell order by entered_at, stay) as place
    from intermediate.case_stays
),

clocks as (
    select
        *,
        least(due_at, coalesce(fulfilled_at, due_at), coalesce(closed_at, due_at)) as answered_for_at
    from intermediate.case_clocks
)

select
    concat(stays.case_id, '-', cast(stays.stay as varchar)) as stay_id,
    stays.case_id,
    stays.spell,
    stays.stay,
    facts.case_type,
    facts.branch,
    facts.product,
    facts.loan_id,
    facts.borrower_id,
    facts.grade,
    facts.standard_minutes,
    stays.department_id,
    departments.name as department,
    departments.name_zh as department_zh,
    coalesce(assignments.to_staff, case when stays.entered_by = 'received' then stays.taken_by end, facts.owner)
        as owner,
    stays.entered_by,
    stays.entered_at,
    cast(stays.entered_at as date) as entered_on,
    case when stays.left_by = 'received' then 'handed_on' else stays.left_by end as left_by,
    stays.left_at,
    cast(stays.left_at as date) as left_on,
    coalesce(cast(stays.left_at as date), date '9999-12-31') as left_day,
    clocks.opened_at,
    cast(clocks.opened_at as date) as opened_on,
    clocks.closed_at,
    cast(clocks.closed_at as date) as closed_on,
    clocks.fulfilled_at,
    coalesce(cast(clocks.fulfilled_at as date), date '9999-12-31') as fulfilled_day,
    clocks.due_at,
    cast(clocks.due_at as date) as due_on,
    cast(clocks.due_at + interval 1 second as date) as late_from,
    cast(clocks.at_risk_at + interval 1 second as date) as risk_from,
    clocks.clock,
    clocks.is_statutory,
    clocks.elapsed_minutes,
    clocks.worked_minutes,
    clocks.target_minutes,
    clocks.paused_minutes,
    clocks.is_breached,
    cast(clocks.reopened_at as date) as reopened_on,
    facts.outcome,
    -- Whoever has a case at its target, or did before what was promised, answers for it.
    coalesce(
        clocks.due_at is not null
        and (stays.place = 1 or stays.entered_at <= clocks.answered_for_at)
        and (stays.left_at is null or stays.left_by = 'closed' or stays.left_at > clocks.answered_for_at),
        false
    ) as is_due_here
from stays
inner join intermediate.case_facts as facts on stays.case_id = facts.case_id
inner join clocks on stays.case_id = clocks.case_id and stays.spell = clocks.spell
left join intermediate.assignments as assignments
    on stays.case_id = assignments.case_id
    and stays.stay = assignments.stay
    and assignments.given_on_at is null
left join marts.departments as departments on stays.department_id = departments.department_id
order by last_day(left_day), stays.department_id, left_day, stays.entered_at, stays.case_id, stays.stay
