-- One row per loan past due at the month end that was not at the one before.
select
    loan_id,
    borrower_id,
    branch,
    product,
    balance,
    days_past_due,
    bucket,
    classification,
    opening_bucket,
    overdue_amount,
    late_again_count = 1 as is_late_again
from scoped_loan_months($branches, $products)
where month_end = $month_end and days_past_due > 0 and newly_late_count = 1
