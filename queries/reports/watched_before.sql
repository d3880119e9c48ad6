-- One row per borrower that was on the watchlist twelve months before the month end: its level, score and reasons then, and
-- when it has come into default since (9.5, wl_to_npl_rate).
select
    borrower_id,
    borrower_kind,
    month_end as listed_on,
    level,
    score,
    entered_on,
    case when default_on <= $month_end then default_on end as default_on,
    case when default_on <= $month_end then 1 else 0 end as is_default
from scoped_watch_months($branches, $products)
where is_listed and month_end = last_day(cast(cast($month_end as date) - interval 12 month as date))
