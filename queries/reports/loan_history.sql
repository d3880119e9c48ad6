-- One row per month end of a loan: recomputed beside recorded. Its number is much shorter to look for than its name.
with months as (
    select *
    from scoped_loan_months($branches, $products)
    where loan_no = $loan_no and month_end <= $as_of
)

select
    month_end,
    status,
    status_recorded,
    balance,
    balance_recorded,
    days_past_due,
    dpd_recorded,
    dpd_original,
    bucket,
    bucket_m,
    classification,
    class_floor,
    class_booked,
    floor_rule,
    stage,
    provision,
    is_restructured,
    overdue_amount,
    due_amount,
    collected_amount,
    state_source,
    coalesce(
        balance <> balance_recorded
        or (status = 'active' and (days_past_due <> dpd_recorded or class_booked < class_floor)),
        false
    ) as disagrees
from months
order by month_end
