-- One row per loan and month end with something past due when the month began or unpaid at its end (section 7, cei): what
-- was overdue then, what fell due in the month, what was still unpaid at its end, and what of it was not past due yet.
-- All by the schedule in force when the month began: arrears that a new schedule took into the principal, or that were
-- written off, have not been collected.
with measured as (
    select
        expected.loan_no,
        expected.state_date,
        greatest(expected.due_before - expected.held_before, 0) as opening_overdue,
        expected.expected as fell_due,
        greatest(expected.due_before + expected.expected - expected.cash_held, 0) as closing_unpaid
    from intermediate.expected as expected
)

select
    rules.loan_id,
    measured.state_date as month_end,
    rules.branch,
    rules.product,
    cast(measured.opening_overdue as decimal(18, 2)) as opening_overdue_amount,
    cast(measured.fell_due as decimal(18, 2)) as fell_due_amount,
    cast(measured.closing_unpaid as decimal(18, 2)) as closing_unpaid_amount,
    cast(
        case
            when states.status <> 'active' then 0
            when states.days_past_due = 0 then measured.closing_unpaid
            else least(measured.closing_unpaid, coalesce(states.due_today_unpaid, 0))
        end as decimal(18, 2)
    ) as not_late_amount
from measured
inner join intermediate.loan_rules as rules on measured.loan_no = rules.loan_no
inner join intermediate.loan_states as states
    on measured.loan_no = states.loan_no and measured.state_date = states.state_date
where measured.opening_overdue > 0 or measured.closing_unpaid > 0
order by measured.state_date, rules.loan_id
