-- One row per loan and month end at which it is on the book, or was a month before: stage as computed and as recorded,
-- PD, LGD, expected loss by its stage (12 months in stage 1, lifetime in stage 2, balance less recoveries to come in
-- stage 3), and how the expected loss of the month before became that of now, to the cent:
-- opening + new - derecognised - written off + stage + PD + LGD + exposure = closing (ecl_bridge).
-- Its parameters are those known at each month end. The first month end has no opening: only later ones are here.
with weights as (select * from intermediate.ecl_weights),

joined as (select * from intermediate.ecl_pairs),

-- What was there at both ends is taken from one to the other a step at a time, each level rounded to the cent.
levels as (
    select
        joined.*,
        coalesce(left_book.status, '') = 'written_off' as is_written_off,
        joined.is_on_book and joined.was_on_book as is_kept,
        case
            when joined.stage = joined.opening_stage then joined.opening_ecl
            else cast(round(moved.weight * joined.opening_lgd, 2) as decimal(18, 2))
        end as moved_ecl,
        cast(round(priced.weight * joined.opening_lgd, 2) as decimal(18, 2)) as priced_ecl,
        cast(round(priced.weight * joined.lgd, 2) as decimal(18, 2)) as lost_ecl
    from joined
    left join weights as moved
        on joined.loan_id = moved.loan_id and joined.month_end = moved.month_end and moved.basis = 'moved'
    left join weights as priced
        on joined.loan_id = priced.loan_id and joined.month_end = priced.month_end and priced.basis = 'priced'
    left join intermediate.stages as left_book
        on not joined.is_on_book
        and joined.loan_id = left_book.loan_id
        and joined.month_end = left_book.month_end
)

select
    loan_id,
    month_end,
    borrower_id,
    branch,
    product,
    borrower_kind,
    collateral_kind,
    region,
    industry,
    is_on_book,
    stage,
    stage_rule,
    stage_recorded,
    opening_stage,
    state as pd_state,
    classification,
    days_past_due,
    months_left,
    balance,
    provision,
    pd_12m,
    pd_life,
    lgd,
    weight,
    collateral_value,
    cover,
    ecl,
    ecl_12m,
    ecl_life,
    opening_ecl,
    case when is_on_book and not was_on_book then ecl else 0 end as new_ecl,
    case when not is_on_book and not is_written_off then -opening_ecl else 0 end as derecognised_ecl,
    case when not is_on_book and is_written_off then -opening_ecl else 0 end as written_off_ecl,
    case when is_kept then moved_ecl - opening_ecl else 0 end as stage_ecl,
    case when is_kept then priced_ecl - moved_ecl else 0 end as pd_ecl,
    case when is_kept then lost_ecl - priced_ecl else 0 end as lgd_ecl,
    case when is_kept then ecl - lost_ecl else 0 end as exposure_ecl,
    case when is_on_book then 1 else 0 end as loan_count,
    case when is_on_book then provision end as allowance,
    case when stage = 1 then balance else 0 end as stage1_balance,
    case when stage = 2 then balance else 0 end as stage2_balance,
    case when stage = 3 then balance else 0 end as stage3_balance,
    case when stage = 1 then ecl else 0 end as stage1_ecl,
    case when stage = 2 then ecl else 0 end as stage2_ecl,
    case when stage = 3 then ecl else 0 end as stage3_ecl,
    -- Where no stage is recorded there is nothing to compare: empty, never 0.
    case when stage_recorded <> stage then 1 when stage_recorded = stage then 0 end as stage_mismatch_count,
    case when stage_recorded <> stage then balance when stage_recorded = stage then 0 end as stage_mismatch_balance,
    case when stage_recorded < stage then balance when stage_recorded >= stage then 0 end as stage_better_balance
from levels
order by month_end, loan_id
