-- One row per loan of the month end's due cohort (section 7, collection_rate_due): what was to fall due in the month by the
-- schedule in force when it began, and how much of it was paid by its end. A loan without a gap paid just what fell due.
select
    months.loan_id,
    months.borrower_id,
    months.branch,
    months.product,
    months.month_end,
    months.days_past_due,
    months.due_amount as expected_amount,
    coalesce(gaps.paid_amount, months.due_amount) as paid_amount,
    coalesce(gaps.unpaid_amount, 0) as unpaid_amount,
    coalesce(gaps.rescheduled_amount, 0) as rescheduled_amount
from scoped_loan_months($branches, $products) as months
left join scoped_collection_gaps($branches, $products) as gaps
    on months.loan_id = gaps.loan_id and months.month_end = gaps.month_end
where months.month_end = $month_end
