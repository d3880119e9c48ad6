-- One row per borrower at home here at the month end: of one level ($level), or on whom a rule holds ($rule), or only those
-- on whom it holds since this month ($is_new). As many as level_counts and signal_counts say.
with held as (
    select
        borrower_id,
        min(since) as since
    from scoped_home_hits($branches, $products)
    where month_end = $month_end and rule_id = $rule
    group by borrower_id
),

at_home as (
    select
        months.borrower_id,
        months.borrower_kind,
        months.branch,
        months.product,
        coalesce(scores.level, 'green') as level,
        coalesce(scores.score, 0) as score,
        coalesce(scores.score_before, 0) as score_before,
        held.since
    from scoped_borrower_months($branches, $products) as months
    left join held on months.borrower_id = held.borrower_id
    left join scoped_home_scores($branches, $products) as scores
        on months.borrower_id = scores.borrower_id and scores.month_end = $month_end
    where months.month_end = $month_end
        and ($level = '' or (months.is_on_book and coalesce(scores.level, 'green') = $level))
        and ($rule = '' or held.borrower_id is not null)
        and (not $is_new or held.since = $month_end)
),

exposures as (
    select
        borrower_id,
        exposure
    from scoped_exposures($branches, $products)
    where month_end = $month_end and borrower_id in (select at_home.borrower_id from at_home)
)

select
    at_home.borrower_id,
    at_home.borrower_kind,
    at_home.branch,
    at_home.product,
    at_home.level,
    case at_home.level when 'red' then 3 when 'orange' then 2 when 'yellow' then 1 else 0 end as level_rank,
    at_home.score,
    at_home.score_before,
    coalesce(exposures.exposure, 0) as exposure,
    at_home.since
from at_home
left join exposures on at_home.borrower_id = exposures.borrower_id
