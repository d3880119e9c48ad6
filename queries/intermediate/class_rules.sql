-- One row per state date and product: the classification thresholds in force that day (section 4.1).
with dates as (
    select distinct state_date
    from intermediate.loan_states
),

products as (
    select distinct product
    from staging.loans
),

candidates as (
    select
        dates.state_date,
        products.product,
        parameters.param_id,
        parameters.value,
        row_number() over (
            partition by dates.state_date, products.product, parameters.param_id
            order by case when parameters.product = '*' then 1 else 0 end, parameters.valid_from desc
        ) as preference
    from dates
    cross join products
    inner join staging.parameters as parameters
        on (parameters.product = products.product or parameters.product = '*')
        and dates.state_date between parameters.valid_from and parameters.valid_to
    where parameters.regime = 'CN'
)

select
    state_date,
    product,
    max(case when param_id = 'overdue_dpd' then cast(value as bigint) end) as overdue_dpd,
    max(case when param_id = 'npl_dpd' then cast(value as bigint) end) as npl_dpd,
    max(case when param_id = 'doubtful_dpd' then cast(value as bigint) end) as doubtful_dpd,
    max(case when param_id = 'loss_dpd' then cast(value as bigint) end) as loss_dpd,
    max(case when param_id = 'tech_overdue_days' then cast(value as bigint) end) as tech_overdue_days,
    max(case when param_id = 'doubtful_ecl_share' then cast(value as decimal(12, 8)) end) as doubtful_ecl_share,
    max(case when param_id = 'loss_ecl_share' then cast(value as decimal(12, 8)) end) as loss_ecl_share,
    max(case when param_id = 'obligor_npl_share' then cast(value as decimal(12, 8)) end) as obligor_npl_share,
    max(case when param_id = 'obligor_dpd90_share' then cast(value as decimal(12, 8)) end) as obligor_dpd90_share
from candidates
where preference = 1
group by state_date, product
