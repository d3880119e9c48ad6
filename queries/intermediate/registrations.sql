-- One row per registration of an asset: from when until when it stood, from when on it is the latest, and when it
-- expires unless it is renewed. Of an asset without a row of its own the registration that the asset itself tells.
with given as (
    select
        collateral.loan_id,
        collateral.collateral_id,
        rows.registered_on,
        rows.expires_on,
        coalesce(rows.deregistered_on, date '9999-12-31') as deregistered_on
    from raw.registrations as rows
    inner join raw.collateral as collateral on rows.collateral_id = collateral.collateral_id
    union all
    select
        collateral.loan_id,
        collateral.collateral_id,
        collateral.registered_on,
        collateral.registration_expires_on as expires_on,
        date '9999-12-31' as deregistered_on
    from raw.collateral as collateral
    anti join raw.registrations as rows on collateral.collateral_id = rows.collateral_id
)

select
    loans.loan_no,
    given.collateral_id,
    coalesce(given.registered_on, loans.disbursed_on) as known_on,
    coalesce(
        lead(given.registered_on) over (partition by given.collateral_id order by given.registered_on),
        date '9999-12-31'
    ) as known_until,
    given.registered_on,
    given.expires_on,
    given.deregistered_on
from given
inner join intermediate.loan_rules as loans on given.loan_id = loans.loan_id
