-- One row per month end at which one borrower was on the watchlist or had left it, newest first.
select
    month_end,
    is_listed,
    entered_on,
    entry_reasons,
    reasons,
    level,
    score,
    is_hard,
    moved,
    left_by,
    approved_by,
    owner,
    reviewed_on,
    review_due_on,
    is_review_overdue,
    days_on_list,
    may_exit
from scoped_watch_months($branches, $products)
where borrower_id = $borrower_id and month_end <= $month_end
order by month_end desc
