-- One row per product and disbursement date: the allocation and counting rules of contracts made that day.
-- The rule in force on the day of disbursement governs the loan for life; a product's own row beats '*'.
with contracts as (
    select distinct
        product,
        disbursed_on
    from staging.loans
),

candidates as (
    select
        contracts.product,
        contracts.disbursed_on,
        parameters.param_id,
        parameters.value,
        row_number() over (
            partition by contracts.product, contracts.disbursed_on, parameters.param_id
            order by case when parameters.product = '*' then 1 else 0 end, parameters.valid_from desc
        ) as preference
    from contracts
    inner join staging.parameters as parameters
        on (parameters.product = contracts.product or parameters.product = '*')
        and contracts.disbursed_on between parameters.valid_from and parameters.valid_to
    where parameters.regime = 'CN'
),

in_force as (
    select
        product,
        disbursed_on,
        max(case when param_id = 'dpd_basis' then value end) as dpd_basis,
        max(case when param_id = 'dpd_tolerance_amt' then cast(value as decimal(18, 2)) end) as tolerance,
        max(case when param_id = 'grace_days' then cast(value as bigint) end) as grace_days,
        max(case when param_id = 'grace_mode' then value end) as grace_mode,
        max(case when param_id = 'alloc_scope' then value end) as alloc_scope,
        max(case when param_id = 'alloc_order_accrual' then value end) as alloc_order,
        max(case when param_id = 'day_count' then case value when 'ACT/365' then 365 else 360 end end) as year_days
    from candidates
    where preference = 1
    group by product, disbursed_on
)

select
    product,
    disbursed_on,
    dpd_basis,
    tolerance,
    grace_days,
    grace_mode,
    alloc_scope,
    strpos(alloc_order, 'fee') as fee_rank,
    strpos(alloc_order, 'interest') as interest_rank,
    strpos(alloc_order, 'principal') as principal_rank,
    strpos(alloc_order, 'penalty') as penalty_rank,
    coalesce(year_days, 360) as year_days
from in_force
