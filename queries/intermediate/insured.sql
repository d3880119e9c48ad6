-- One row per asset and day from which its insurance was known to be so: until when it is insured, and whether all that
-- is paid out goes to the lender. By its policies, each from the day on which it began and was recorded; of an asset
-- without any as the asset itself says, from the day on which the asset was registered or its loan lent.
with policies as (
    select
        collateral_id,
        greatest(insured_from, coalesce(recorded_on, insured_from)) as known_on,
        insured_until,
        beneficiary_is_lender
    from raw.insurance_policies
),

-- Of policies known the same day the one that lasts longest.
known as (
    select
        collateral_id,
        known_on,
        insured_until,
        beneficiary_is_lender,
        row_number() over (
            partition by collateral_id, known_on order by insured_until desc, beneficiary_is_lender
        ) as preference
    from policies
    union all
    select
        collateral.collateral_id,
        coalesce(collateral.registered_on, loans.disbursed_on) as known_on,
        collateral.insured_until,
        collateral.beneficiary_is_lender,
        1 as preference
    from raw.collateral as collateral
    inner join staging.loans as loans on collateral.loan_id = loans.loan_id
    anti join policies on collateral.collateral_id = policies.collateral_id
    where collateral.insured_until is not null or collateral.beneficiary_is_lender is not null
)

select
    collateral_id,
    known_on,
    coalesce(lead(known_on) over in_order, date '9999-12-31') as known_until,
    max(insured_until) over (
        partition by collateral_id order by known_on rows between unbounded preceding and current row
    ) as insured_until,
    beneficiary_is_lender
from known
where preference = 1
window in_order as (partition by collateral_id order by known_on)
