-- One row per stay of a case with one department: when it came and went, how, whose desk, and the target of the case.
-- On any date a case is with one department only, so what is open adds up over departments. `left_day` is far off while it
-- is there: rows are in the order of its months and of departments, so that what a department had open or left in a month
-- lies together.
with stays as (
    select
        *,
        row_number() over (partition by case_id, spell order by entered_at, stay) as place
    from intermediate.case_stays
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
    clocks.due_at,
    cast(clocks.due_at as date) as due_on,
    cast(clocks.due_at + interval 1 second as date) as late_from,
    cast(clocks.at_risk_at + interval 1 second as date) as risk_from,
    clocks.clock,
    clocks.is_statutory,
    clocks.elapsed_minutes,
    clocks.target_minutes,
    clocks.paused_minutes,
    clocks.is_breached,
    cast(clocks.reopened_at as date) as reopened_on,
    facts.outcome,
    -- Whoever has a case at its target, or closed it before, answers for it.
    coalesce(
        clocks.due_at is not null
        and (stays.place = 1 or stays.entered_at <= least(clocks.due_at, coalesce(clocks.closed_at, clocks.due_at)))
        and (
            stays.left_at is null
            or stays.left_by = 'closed'
            or stays.left_at > least(clocks.due_at, coalesce(clocks.closed_at, clocks.due_at))
        ),
        false
    ) as is_due_here
from stays
inner join intermediate.case_facts as facts on stays.case_id = facts.case_id
inner join intermediate.case_clocks as clocks on stays.case_id = clocks.case_id and stays.spell = clocks.spell
left join intermediate.assignments as assignments
    on stays.case_id = assignments.case_id
    and stays.stay = assignments.stay
    and assignments.given_on_at is null
left join marts.departments as departments on stays.department_id = departments.department_id
order by last_day(left_day), stays.department_id, left_day, stays.entered_at, stays.case_id, stays.stay
