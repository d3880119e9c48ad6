-- One row per loan past due at the month end, with what is past due and the days by the original schedule beside it.
select
    loan_id,
    borrower_id,
    branch,
    product,
    balance,
    days_past_due,
    dpd_original,
    bucket,
    overdue_amount,
    classification,
    is_restructured
from scoped_loan_months($branches, $products)
where month_end = $month_end and days_past_due > 0 and par1_balance > 0
