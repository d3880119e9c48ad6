-- One row per loan and the month end asked for, as this build has it: what another build may say otherwise.
select
    loan_id,
    branch,
    product,
    status,
    balance,
    days_past_due,
    classification,
    class_floor,
    class_booked,
    balance_recorded,
    dpd_recorded
from scoped_loan_months($branches, $products)
where month_end = $day
order by loan_id
