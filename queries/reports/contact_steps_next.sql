-- One row per step of the contact strategy to be done: past its day and open, or with its day up to the fifth workday of the
-- office after the month end; of what has not begun yet, of loans past due already, as if nothing was paid, and reminders.
-- With who has the loan's overdue case, or had it last in twelve months.
with held as (
    select
        stays.loan_id,
        arg_max(stays.owner, (stays.entered_at, stays.stay_id)) as owner
    from scoped_case_stays_on($branches, $products, $month_end) as stays
    where stays.case_type = 'overdue_case' and stays.left_day > $month_end - interval 12 month
    group by stays.loan_id
)

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
    held.owner,
    staff.name as staff_name
from scoped_contact_steps_next($branches, $products, $month_end) as asked
left join scoped_loan_months($branches, $products) as states
    on asked.loan_id = states.loan_id and states.month_end = $month_end
left join held on asked.loan_id = held.loan_id
left join book_staff() as staff on held.owner = staff.staff_id
where ($step_due = '' or ($step_due = 'past') = (asked.due_by < $month_end))
    and ($step_due in ('', 'past') or cast(asked.due_by as varchar) = $step_due)
    and ($first_channel = '' or asked.first_channel = $first_channel)
    and ($owner = '' or held.owner = $owner)
