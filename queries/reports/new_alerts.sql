-- One row per borrower that has become orange or red at the month end and was not at the month end before.
with risen as (
    select *
    from scoped_borrower_scores($branches, $products)
    where month_end = $month_end
        and level in ('orange', 'red')
        and coalesce(level_before, 'green') not in ('orange', 'red')
),

exposures as (
    select
        borrower_id,
        exposure
    from scoped_exposures($branches, $products)
    where month_end = $month_end and borrower_id in (select risen.borrower_id from risen)
)

select
    risen.borrower_id,
    risen.borrower_kind,
    risen.level,
    case risen.level when 'red' then 1 else 0 end as level_rank,
    risen.score,
    risen.score_before,
    coalesce(exposures.exposure, 0) as exposure
from risen
left join exposures on risen.borrower_id = exposures.borrower_id
