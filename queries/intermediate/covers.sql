-- One row per loan with collateral and month end on which it is on the book: what its assets are worth by their last
-- valuation until then, less prior liens. An asset without a valuation until then stands at the value it was taken at.
with assets as (
    select
        loan_id,
        collateral_id,
        value,
        coalesce(prior_liens, 0) as prior_liens
    from raw.collateral
),

held as (
    select
        exposures.loan_id,
        exposures.month_end,
        assets.collateral_id,
        assets.value,
        assets.prior_liens
    from intermediate.exposures as exposures
    inner join assets on exposures.loan_id = assets.loan_id
),

days as (
    select
        collateral_id,
        valued_on,
        max(value) as value
    from raw.valuations
    group by collateral_id, valued_on
)

select
    held.loan_id,
    held.month_end,
    sum(greatest(coalesce(days.value, held.value, 0) - held.prior_liens, 0)) as value
from held
asof left join days on held.collateral_id = days.collateral_id and held.month_end >= days.valued_on
group by held.loan_id, held.month_end
