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
        sum(balance) as exposure
    from scoped_loan_months($branches, $products)
    where month_end = $month_end and status = 'active' and borrower_id in (select risen.borrower_id from risen)
    group by borrower_id
),

signals as (
    select
        borrower_id,
        rule_id,
        max(points) as points
    from scoped_signal_hits($branches, $products)
    where month_end = $month_end and borrower_id in (select risen.borrower_id from risen)
    group by borrower_id, rule_id
),

told as (
    select
        borrower_id,
        string_agg(rule_id, ',' order by points desc, rule_id) as rules
    from signals
    group by borrower_id
),

names as (
    select
        borrower_id,
        name
    from scoped_borrowers($branches, $products)
    where borrower_id in (select risen.borrower_id from risen)
)

select
    risen.borrower_id,
    names.name,
    risen.borrower_kind,
    risen.level,
    case risen.level when 'red' then 1 else 0 end as level_rank,
    risen.score,
    risen.score_before,
    coalesce(exposures.exposure, 0) as exposure,
    coalesce(told.rules, '') as rules
from risen
left join exposures on risen.borrower_id = exposures.borrower_id
left join told on risen.borrower_id = told.borrower_id
left join names on risen.borrower_id = names.borrower_id
