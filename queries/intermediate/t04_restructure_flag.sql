-- T04 (14.2): a contract eased in difficulty that no restructuring was recorded for, by its version or within 30 days.
-- Recorded is 0, the days past due before it what was recomputed.
select
    'T04_restructure_flag' as test_id,
    eased.easing as kind,
    eased.loan_id,
    eased.valid_from as happened_on,
    cast(eased.version as varchar) as reference,
    cast(0 as decimal(18, 2)) as recorded,
    cast(eased.days_past_due as decimal(18, 2)) as recomputed,
    eased.balance as amount
from intermediate.eased_versions as eased
left join raw.restructures as restructures
    on eased.loan_id = restructures.loan_id
    and (
        eased.version = restructures.schedule_version
        or restructures.restructured_on between cast(eased.valid_from - interval 30 day as date)
        and cast(eased.valid_from + interval 30 day as date)
    )
where restructures.restructure_id is null
