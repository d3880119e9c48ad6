-- One row per reason for which borrowers are on the watchlist at the month end: how many, and their exposure in view.
-- A borrower may have several reasons; one whose reasons have ended, and who waits for its exit, has 'none'.
with exposures as (
    select
        borrower_id,
        sum(exposure) as exposure
    from scoped_watch_loans($branches, $products)
    where month_end = $month_end and is_listed
    group by borrower_id
),

reasons as (
    select
        watched.borrower_id,
        exposures.exposure,
        unnest(string_split(case when watched.reasons = '' then 'none' else watched.reasons end, ',')) as reason
    from scoped_watch_months($branches, $products) as watched
    inner join exposures on watched.borrower_id = exposures.borrower_id
    where watched.month_end = $month_end and watched.is_listed
)

select
    reason,
    count(*) as borrowers,
    sum(exposure) as exposure
from reasons
group by reason
order by borrowers desc, reason
