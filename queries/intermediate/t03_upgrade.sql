-- T03 (14.2): loan and month end at which a non-performing loan was booked performing before its earliest day (4.5).
select
    'T03_upgrade' as test_id,
    case when upgrades.earliest_on is null then 'not_cured' else 'too_early' end as kind,
    upgrades.loan_id,
    upgrades.month_end as happened_on,
    coalesce(cast(upgrades.earliest_on as varchar), '') as reference,
    cast(upgrades.to_class as decimal(18, 2)) as recorded,
    cast(upgrades.from_class as decimal(18, 2)) as recomputed,
    states.balance as amount
from marts.upgrades as upgrades
inner join marts.loan_month_states as states
    on upgrades.loan_id = states.loan_id and upgrades.month_end = states.month_end
where upgrades.is_early
