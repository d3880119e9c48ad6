-- One row per month end and segment (branch, product, borrower kind, collateral kind, region, industry): the additive
-- measures of marts.loan_ecls, summed. It serves what marts.expected_losses cannot, which knows no region and no industry.
with loans as (select * from marts.loan_ecls),

summed as (
    select
        month_end,
        branch,
        product,
        borrower_kind,
        collateral_kind,
        region,
        industry,
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
        sum(stage_better_balance) as stage_better_balance
    from loans
    group by month_end, branch, product, borrower_kind, collateral_kind, region, industry
)

select *
from summed
order by month_end, branch, product
