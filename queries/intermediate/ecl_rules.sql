-- One row per month end and product: the parameters of stages, PD, LGD and expected loss in force that day (section 5).
with candidates as (
    select
        dates.month_end,
        products.product,
        parameters.param_id,
        parameters.value,
        row_number() over (
            partition by dates.month_end, products.product, parameters.param_id
            order by case when parameters.product = '*' then 1 else 0 end, parameters.valid_from desc
        ) as preference
    from marts.month_ends as dates
    cross join (select distinct product from staging.loans) as products
    inner join staging.parameters as parameters
        on (parameters.product = products.product or parameters.product = '*')
        and dates.month_end between parameters.valid_from and parameters.valid_to
    where parameters.regime = 'CN'
)

select
    month_end,
    product,
    max(case when param_id = 'stage2_dpd' then cast(value as bigint) end) as stage2_dpd,
    max(case when param_id = 'stage3_dpd' then cast(value as bigint) end) as stage3_dpd,
    max(case when param_id = 'stage_cure_months' then cast(value as bigint) end) as stage_cure_months,
    max(case when param_id = 'pd_window_months' then cast(value as bigint) end) as pd_window_months,
    max(case when param_id = 'pd_least_loans' then cast(value as bigint) end) as pd_least_loans,
    max(case when param_id = 'lgd_horizon_months' then cast(value as bigint) end) as lgd_horizon_months,
    max(case when param_id = 'lgd_settled_months' then cast(value as bigint) end) as lgd_settled_months,
    max(case when param_id = 'lgd_least_cases' then cast(value as bigint) end) as lgd_least_cases,
    max(case when param_id = 'lgd_floor' then cast(value as double) end) as lgd_floor,
    max(case when param_id = 'lgd_cap' then cast(value as double) end) as lgd_cap,
    max(case when param_id = 'ecl_least_months' then cast(value as bigint) end) as ecl_least_months,
    max(case when param_id = 'collateral_haircut' then cast(value as double) end) as collateral_haircut
from candidates
where preference = 1
group by month_end, product
