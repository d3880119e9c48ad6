-- One row per failed check, loan and month end in the twelve months to the month end (4.6).
select
    failed.check_id || ' ' || failed.loan_id || ' ' || failed.month_end as failure_id,
    failed.check_id,
    failed.loan_id,
    failed.month_end,
    failed.branch,
    failed.product,
    failed.balance,
    failed.days_past_due,
    failed.stage,
    failed.class_booked,
    failed.class_floor,
    failed.floor_rule,
    failed.earliest_on
from scoped_integrity($branches, $products) as failed
where failed.month_end between $first and $month_end and ($check = '' or failed.check_id = $check)
