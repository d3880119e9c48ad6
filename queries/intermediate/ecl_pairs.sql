-- One row per loan and month end at which it is on the book, or was a month before: both states beside each other.
with now as (select * from intermediate.ecl_now),

opening as (
    select
        *,
        last_day(cast(month_end + interval 1 month as date)) as next_on
    from now
    where month_end < (select max(kept.month_end) from intermediate.ecl_months as kept)
)

select
    coalesce(now.loan_id, opening.loan_id) as loan_id,
    coalesce(now.month_end, opening.next_on) as month_end,
    coalesce(now.borrower_id, opening.borrower_id) as borrower_id,
    coalesce(now.branch, opening.branch) as branch,
    coalesce(now.product, opening.product) as product,
    coalesce(now.borrower_kind, opening.borrower_kind) as borrower_kind,
    coalesce(now.collateral_kind, opening.collateral_kind) as collateral_kind,
    coalesce(now.region, opening.region) as region,
    coalesce(now.industry, opening.industry) as industry,
    now.loan_id is not null as is_on_book,
    opening.loan_id is not null as was_on_book,
    now.stage,
    now.stage_rule,
    now.stage_recorded,
    now.state,
    now.classification,
    now.days_past_due,
    now.months_left,
    coalesce(now.balance, 0) as balance,
    now.provision,
    now.pd_12m,
    now.pd_life,
    now.lgd,
    now.weight,
    now.collateral_value,
    now.cover,
    coalesce(now.ecl, 0) as ecl,
    coalesce(now.ecl_12m, 0) as ecl_12m,
    coalesce(now.ecl_life, 0) as ecl_life,
    opening.stage as opening_stage,
    coalesce(opening.ecl, 0) as opening_ecl,
    opening.lgd as opening_lgd,
    opening.weight as opening_weight
from now
full join opening on now.loan_id = opening.loan_id and now.month_end = opening.next_on
where coalesce(now.month_end, opening.next_on) > (select min(first.month_end) from now as first)
