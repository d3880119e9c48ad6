-- One row per parameter in force at the month end that stages, PD, LGD, expected loss or its scenarios are made with.
select
    param_id,
    product,
    value,
    valid_from,
    source
from book_rules()
where cast($month_end as date) between valid_from and valid_to
    and (
        starts_with(param_id, 'stage') or starts_with(param_id, 'sicr_') or starts_with(param_id, 'pd_')
        or starts_with(param_id, 'lgd_') or starts_with(param_id, 'ecl_') or starts_with(param_id, 'scenario.') or param_id = 'collateral_haircut'
    )
order by param_id, product
