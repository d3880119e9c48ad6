-- One row per borrower that was on the watchlist twelve months before the month end: its level, score and reasons then, and
-- when it has come into default since (9.5, wl_to_npl_rate).
with fallen as (
    select
        borrower_id,
        min(default_on) as default_on
    from scoped_defaults($branches, $products)
    where default_on > last_day(cast(cast($month_end as date) - interval 12 month as date))
        and default_on <= $month_end
    group by borrower_id
)

select
    watched.borrower_id,
    watched.borrower_kind,
    watched.month_end as listed_on,
    watched.level,
    watched.score,
    watched.entered_on,
    fallen.default_on,
    case when fallen.default_on is null then 0 else 1 end as is_default
from scoped_watch_months($branches, $products) as watched
left join fallen on watched.borrower_id = fallen.borrower_id
where watched.is_listed
    and watched.month_end = last_day(cast(cast($month_end as date) - interval 12 month as date))
