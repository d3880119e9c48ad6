-- One row per month end, branch, product, borrower kind, collateral kind, stage computed, stage recorded, stage a month
-- before, rule of the stage and state for PD: every additive measure of marts.loan_ecls, summed, and what a stress needs: the weight of
-- the loss before LGD, PD weighted by balance, and the weight that is left of recoveries when collateral falls by a
-- tenth, two tenths and so on (what it covers no more is recovered no more).
with loans as (
    select
        *,
        least(coalesce(cover, 0), 1) as covered,
        case when stage = 1 then pd_12m else pd_life end as pd
    from marts.loan_ecls
)

select
    month_end,
    branch,
    product,
    borrower_kind,
    collateral_kind,
    stage,
    stage_recorded,
    opening_stage,
    stage_rule,
    pd_state,
    sum(loan_count) as loan_count,
    sum(balance) as balance,
    sum(allowance) as allowance,
    sum(ecl) as ecl,
    sum(ecl_12m) as ecl_12m,
    sum(ecl_life) as ecl_life,
    sum(opening_ecl) as opening_ecl,
    sum(new_ecl) as new_ecl,
    sum(derecognised_ecl) as derecognised_ecl,
    sum(written_off_ecl) as written_off_ecl,
    sum(stage_ecl) as stage_ecl,
    sum(pd_ecl) as pd_ecl,
    sum(lgd_ecl) as lgd_ecl,
    sum(exposure_ecl) as exposure_ecl,
    sum(stage1_balance) as stage1_balance,
    sum(stage2_balance) as stage2_balance,
    sum(stage3_balance) as stage3_balance,
    sum(stage1_ecl) as stage1_ecl,
    sum(stage2_ecl) as stage2_ecl,
    sum(stage3_ecl) as stage3_ecl,
    sum(stage_mismatch_count) as stage_mismatch_count,
    sum(stage_mismatch_balance) as stage_mismatch_balance,
    sum(stage_better_balance) as stage_better_balance,
    max(lgd) as lgd,
    sum(pd * balance) as pd_balance,
    sum(weight) as weight,
    sum(weight * (1 - covered + least(covered, coalesce(cover, 0) * 0.9))) as weight_10,
    sum(weight * (1 - covered + least(covered, coalesce(cover, 0) * 0.8))) as weight_20,
    sum(weight * (1 - covered + least(covered, coalesce(cover, 0) * 0.7))) as weight_30,
    sum(weight * (1 - covered + least(covered, coalesce(cover, 0) * 0.6))) as weight_40,
    sum(weight * (1 - covered + least(covered, coalesce(cover, 0) * 0.5))) as weight_50
from loans
group by all
order by month_end, branch, product
