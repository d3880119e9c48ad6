-- T02 (14.2), of classes set by hand: a change that nobody approved or that gives no reason, and a class worse than the
-- rules ask for of which no change is recorded.
with found as (
    select
        'not_approved' as kind,
        loan_id,
        changed_on as happened_on,
        change_id as reference,
        to_class,
        from_class
    from raw.class_changes
    where approved_by is null
    union all
    select
        'no_reason' as kind,
        loan_id,
        changed_on as happened_on,
        change_id as reference,
        to_class,
        from_class
    from raw.class_changes
    where reason is null
)

select
    'T02_override' as test_id,
    found.kind,
    found.loan_id,
    found.happened_on,
    found.reference,
    cast(found.to_class as decimal(18, 2)) as recorded,
    cast(coalesce(states.class_floor, found.from_class) as decimal(18, 2)) as recomputed,
    coalesce(states.balance, 0) as amount
from found
left join marts.loan_month_states as states
    on found.loan_id = states.loan_id and last_day(found.happened_on) = states.month_end
union all
select
    'T02_override' as test_id,
    'not_recorded' as kind,
    loan_id,
    month_end as happened_on,
    '' as reference,
    cast(class_booked as decimal(18, 2)) as recorded,
    cast(class_floor as decimal(18, 2)) as recomputed,
    balance as amount
from intermediate.unrecorded_changes
