-- One row per case on an alert that is past its due day at the month end and not closed.
select
    cases.case_id,
    cases.borrower_id,
    cases.loan_id,
    cases.owner,
    cases.opened_on,
    cases.due_on,
    date_diff('day', cases.due_on, $month_end) as days_late
from scoped_alert_answers($branches, $products) as cases
where cases.opened_on <= $month_end
    and cases.due_on < $month_end
    and (cases.closed_on is null or cases.closed_on > $month_end)
