-- One row per borrower asked for by number of whom a loan is in view: who it is, its level of warning and watchlist entry at
-- the month end.
with asked as (select unnest($numbers) as borrower_id),

exposures as (
    select
        borrower_id,
        exposure
    from scoped_exposures($branches, $products)
    where month_end = $month_end and borrower_id in (select asked.borrower_id from asked)
),

scores as (
    select
        borrower_id,
        level,
        score
    from scoped_borrower_scores($branches, $products)
    where month_end = $month_end and borrower_id in (select asked.borrower_id from asked)
),

listed as (
    select
        borrower_id,
        owner,
        review_due_on
    from scoped_watch_months($branches, $products)
    where month_end = $month_end and is_listed and borrower_id in (select asked.borrower_id from asked)
)

select
    known.borrower_id,
    known.name,
    known.kind as borrower_kind,
    coalesce(scores.level, 'green') as level,
    coalesce(scores.score, 0) as score,
    coalesce(exposures.exposure, 0) as exposure,
    listed.borrower_id is not null as is_listed,
    coalesce(listed.owner, '') as owner,
    listed.review_due_on
from scoped_borrowers($branches, $products) as known
left join scores on known.borrower_id = scores.borrower_id
left join exposures on known.borrower_id = exposures.borrower_id
left join listed on known.borrower_id = listed.borrower_id
where known.borrower_id in (select asked.borrower_id from asked)
order by exposure desc, known.borrower_id
