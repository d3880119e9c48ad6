-- One row per loan and month end on the book: its exposure with the PD, LGD and expected loss known then. A table of its
-- own, as its pair of month ends is: each statement then holds few joins, or a million loans would not fit in memory.
select
    exposures.*,
    weights.pd_12m,
    weights.pd_life,
    weights.weight_12m,
    weights.weight_life,
    weights.weight,
    lgds.lgd,
    covers.value as collateral_value,
    covers.value * (1 - rules.collateral_haircut) / cast(exposures.balance as double) as cover,
    cast(round(weights.weight * lgds.lgd, 2) as decimal(18, 2)) as ecl,
    cast(round(weights.weight_12m * lgds.lgd, 2) as decimal(18, 2)) as ecl_12m,
    cast(round(weights.weight_life * lgds.lgd, 2) as decimal(18, 2)) as ecl_life
from intermediate.exposures as exposures
inner join intermediate.ecl_weights as weights
    on exposures.loan_id = weights.loan_id
    and exposures.month_end = weights.month_end
    and weights.basis = 'now'
inner join marts.lgds as lgds on exposures.month_end = lgds.month_end and exposures.product = lgds.product
left join intermediate.covers as covers
    on exposures.loan_id = covers.loan_id and exposures.month_end = covers.month_end
inner join intermediate.ecl_rules as rules
    on exposures.month_end = rules.month_end and exposures.product = rules.product
-- Before the first move and the first default of the book nothing is known, and nothing is told.
where exposures.month_end in (select curves.month_end from marts.pd_curves as curves)
