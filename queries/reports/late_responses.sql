-- One row per case on an alert that is past its due day at the month end and not closed, with who had it then.
select
    stays.case_id,
    stays.borrower_id,
    stays.loan_id,
    coalesce(people.name, stays.owner) as owner,
    stays.opened_on,
    stays.due_on,
    date_diff('day', stays.due_on, $month_end) as days_late
from scoped_case_stays_on($branches, $products, $month_end) as stays
left join book_staff() as people on stays.owner = people.staff_id
where stays.case_type = 'ews_alert' and stays.left_day > $month_end
    and stays.fulfilled_day > $month_end and stays.late_from <= $month_end
