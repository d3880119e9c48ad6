-- One row per asset behind a loan and valuation of it: what it said, until the next one, and until when it is current
-- (11.1: at least yearly; by kind, `ews_valuation_days`). The value given with an asset is that of its first day.
with assets as (
    select
        collateral.collateral_id,
        collateral.loan_id,
        loans.branch,
        loans.product,
        collateral.kind,
        collateral.value,
        coalesce(collateral.registered_on, loans.disbursed_on) as known_on
    from raw.collateral as collateral
    inner join staging.loans as loans on collateral.loan_id = loans.loan_id
),

valued as (
    select
        assets.collateral_id,
        valuations.valued_on,
        max(valuations.value) as value
    from assets
    inner join raw.valuations as valuations on assets.collateral_id = valuations.collateral_id
    group by assets.collateral_id, valuations.valued_on
    union all
    select
        assets.collateral_id,
        assets.known_on as valued_on,
        assets.value
    from assets
    anti join raw.valuations as valuations
        on assets.collateral_id = valuations.collateral_id and valuations.valued_on <= assets.known_on
    where assets.value is not null
),

allowed as (
    select
        substring(param_id, 20) as kind,
        max(cast(value as integer)) as days
    from staging.parameters
    cross join raw.build as build
    where starts_with(param_id, 'ews_valuation_days.')
        and regime = 'CN'
        and product = '*'
        and build.as_of between valid_from and valid_to
    group by substring(param_id, 20)
)

select
    assets.collateral_id,
    assets.loan_id,
    assets.branch,
    assets.product,
    assets.kind,
    valued.valued_on,
    coalesce(
        lead(valued.valued_on) over (partition by assets.collateral_id order by valued.valued_on), date '9999-12-31'
    ) as valued_until,
    valued.value,
    cast(valued.valued_on + coalesce(own.days, common.days, 366) * interval 1 day as date) as current_until
from assets
inner join valued on assets.collateral_id = valued.collateral_id
left join allowed as own on assets.kind = own.kind
left join allowed as common on common.kind = '*'
order by assets.loan_id, assets.collateral_id, valued.valued_on
