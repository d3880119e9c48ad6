-- One row per loan and month end on the book: what had fallen due before the month and what fell due in it, by the
-- schedule in force when the month began, and the cash held when it began and when it ended. A schedule that changed
-- in the month does not change what was expected of it: a prepayment that the new one restates stays a prepayment.
select
    positions.loan_no,
    positions.version,
    positions.state_date,
    not positions.is_in_force as is_rescheduled,
    positions.cash_due - positions.due_in_month as due_before,
    positions.due_in_month as expected,
    positions.principal_due,
    due_months.first_due_on,
    due_months.last_due_on,
    positions.cash_held - positions.collected_in_month as held_before,
    positions.cash_held
from intermediate.positions as positions
inner join intermediate.schedule_versions as versions
    on positions.loan_no = versions.loan_no and positions.version = versions.version
left join intermediate.due_months as due_months
    on positions.loan_no = due_months.loan_no
    and positions.version = due_months.version
    and positions.state_date = due_months.state_date
where positions.is_on_grid
    and versions.in_force_from < cast(date_trunc('month', positions.state_date) as date)
    and cast(date_trunc('month', positions.state_date) as date) <= versions.in_force_until
