-- One row per product, stage and state for PD: what a stress of expected loss is reckoned from (weights before LGD, at
-- today's collateral and after a fall of a tenth and so on), balance, allowance and expected loss.
select
    product,
    stage,
    pd_state,
    max(lgd) as lgd,
    sum(balance) as balance,
    sum(allowance) as allowance,
    sum(ecl) as ecl,
    sum(pd_balance) / nullif(sum(balance), 0) as pd,
    sum(weight) as weight,
    sum(weight_10) as weight_10,
    sum(weight_20) as weight_20,
    sum(weight_30) as weight_30,
    sum(weight_40) as weight_40,
    sum(weight_50) as weight_50
from scoped_expected_losses($branches, $products)
where month_end = $month_end and stage is not null
group by product, stage, pd_state
order by product, stage, pd_state
