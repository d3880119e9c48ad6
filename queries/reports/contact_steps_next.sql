-- One row per step of the contact strategy to be done: past its day and open, or with its day up to the fifth workday of the
-- office after the month end; of what has not begun yet, of loans past due already, as if nothing was paid, and reminders.
-- With who has the loan's overdue case, or had it last in twelve months.
select
    asked.step_row_id,
    asked.loan_id,
    asked.branch,
    asked.product,
    asked.step_id,
    asked.first_channel,
    asked.due_on,
    asked.due_by,
    states.days_past_due,
    asked.pay_on,
    case when asked.due_by < $month_end then 'past' else cast(asked.due_by as varchar) end as step_due,
    asked.owner,
    staff.name as staff_name
from scoped_contact_steps_next($branches, $products) as asked
left join scoped_loan_months($branches, $products) as states
    on asked.loan_id = states.loan_id and states.month_end = $month_end
left join book_staff() as staff on asked.owner = staff.staff_id
where asked.month_end = $month_end
    and ($step_due = '' or ($step_due = 'past') = (asked.due_by < $month_end))
    and ($step_due in ('', 'past') or cast(asked.due_by as varchar) = $step_due)
    and ($first_channel = '' or asked.first_channel = $first_channel)
    and ($owner = '' or asked.owner = $owner)
