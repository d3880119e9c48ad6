-- One row per loan on the book at `$opened_on`: where it stood then and at `$closed_on`, and what it adds to each sum.
select
    loan_id,
    borrower_id,
    branch,
    product,
    opening_bucket,
    opening_class,
    opening_days,
    to_state,
    closing_class,
    days_past_due,
    cure,
    loans,
    opening_balance,
    closing_balance,
    kept_balance,
    disposed_balance
from scoped_loan_moves($branches, $products)
where opened_on = $opened_on and month_end = $closed_on
