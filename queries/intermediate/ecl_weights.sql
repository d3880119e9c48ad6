-- One row per loan, month end and basis: the weight of its loss before LGD, which is probability of default times
-- exposure, discounted (5.2, W22). Yearly steps: a year's defaults meet the exposure at its beginning (by the schedule,
-- less what is usually repaid ahead) and are discounted from its end at the loan's rate. In stage 3 it is the balance.
-- `now` is the loan as it stands; `moved` its exposure and PD of the month before in the stage and state of now, where
-- the stage is another; `priced` its exposure of the month before with stage, state and PD of now.
with exposures as (select * from intermediate.exposures),

pairs as (
    select
        closing.loan_id,
        closing.month_end,
        closing.product,
        closing.repayment_method,
        closing.stage,
        closing.state,
        opening.month_end as opened_on,
        opening.stage as opening_stage,
        opening.balance,
        opening.annual_rate,
        opening.months_left
    from exposures as closing
    inner join exposures as opening
        on closing.loan_id = opening.loan_id
        and closing.month_end = last_day(cast(opening.month_end + interval 1 month as date))
),

asked as (
    select
        'now' as basis,
        loan_id,
        month_end,
        month_end as pd_on,
        product,
        repayment_method,
        stage,
        state,
        cast(balance as double) as balance,
        cast(annual_rate as double) as rate,
        months_left
    from exposures
    union all
    select
        'moved' as basis,
        loan_id,
        month_end,
        opened_on as pd_on,
        product,
        repayment_method,
        stage,
        state,
        cast(balance as double) as balance,
        cast(annual_rate as double) as rate,
        months_left
    from pairs
    where stage <> opening_stage
    union all
    select
        'priced' as basis,
        loan_id,
        month_end,
        month_end as pd_on,
        product,
        repayment_method,
        stage,
        state,
        cast(balance as double) as balance,
        cast(annual_rate as double) as rate,
        months_left
    from pairs
),

priced as (
    select
        asked.*,
        curves.curve,
        curves.part_repaid,
        curves.curve[least(12, asked.months_left)] as pd_12m,
        curves.curve[asked.months_left] as pd_life
    from asked
    left join marts.pd_curves as curves
        on asked.pd_on = curves.month_end and asked.product = curves.product and asked.state = curves.state
),

weighed as (
    select
        *,
        balance * pd_12m / power(1 + rate, least(12, months_left) / 12.0) as weight_12m,
        case
            when basis = 'now' or stage = 2 then balance * list_sum(
                list_transform(
                    range(0, cast(ceil(months_left / 12.0) as bigint)),
                    lambda year:
                    (curve[least(12 * year + 12, months_left)] - coalesce(curve[12 * year], 0))
                    * power(1 - part_repaid, 12 * year)
                    * case
                        when repayment_method = 'equal_instalment' and rate > 0
                            then (1 - power(1 + rate / 12, 12 * year - months_left))
                            / (1 - power(1 + rate / 12, -months_left))
                        when repayment_method in ('equal_instalment', 'equal_principal')
                            then 1 - 12.0 * year / months_left
                        else 1
                    end
                    / power(1 + rate, least(year + 1, months_left / 12.0))
                )
            )
        end as weight_life
    from priced
)

select
    basis,
    loan_id,
    month_end,
    stage,
    case when stage = 3 then 1 else pd_12m end as pd_12m,
    case when stage = 3 then 1 else pd_life end as pd_life,
    case when stage = 3 then balance else weight_12m end as weight_12m,
    case when stage = 3 then balance else weight_life end as weight_life,
    case when stage = 3 then balance when stage = 2 then weight_life else weight_12m end as weight
from weighed
