-- One row per loan and month end of which T06 judges what is asked for arrears: penalty interest on principal and compound
-- interest on interest, day by day on what had fallen due and was unpaid (section 2.2, W28), and what was booked of each.
-- `is_missing`: the month has no booked accrual at all, which is told of its interest.
with covered as (
    select distinct month_end
    from raw.accruals
    where penalty is not null
),

asked as (
    select
        loan_no,
        month_end,
        sum(
            case when component = 'principal' then days * cast(unpaid as double) * penalty_rate / year_days else 0 end
        ) as penalty,
        sum(
            case when component = 'interest' then days * cast(unpaid as double) * penalty_rate / year_days else 0 end
        ) as compound
    from intermediate.unpaid_spells
    group by loan_no, month_end
)

select
    accrued.loan_id,
    accrued.month_end,
    accrued.days,
    accrued.booked is null and abs(accrued.interest) > 0.01 * accrued.days as is_missing,
    cast(round(coalesce(asked.penalty, 0), 2) as decimal(18, 2)) as penalty,
    cast(round(coalesce(asked.compound, 0), 2) as decimal(18, 2)) as compound,
    coalesce(accruals.penalty, 0) as penalty_booked,
    coalesce(accruals.compound, 0) as compound_booked
from intermediate.recomputed_accruals as accrued
inner join covered on accrued.month_end = covered.month_end
inner join intermediate.loan_rules as rules on accrued.loan_id = rules.loan_id
inner join staging.loans as facts on accrued.loan_id = facts.loan_id
left join asked on rules.loan_no = asked.loan_no and accrued.month_end = asked.month_end
left join raw.accruals as accruals
    on accrued.loan_id = accruals.loan_id and accrued.month_end = accruals.month_end
where facts.penalty_uplift is not null
