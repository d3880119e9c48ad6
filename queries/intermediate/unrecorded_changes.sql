-- One row per loan and month end at which the booked class had become another one than a month before, worse than the
-- rules ask for, though no change by hand is recorded in that month. Only from the first month with a record on: before
-- it none was kept.
with kept_from as (
    select last_day(min(changed_on)) as month_end
    from raw.class_changes
),

changes as (
    select distinct
        loan_id,
        last_day(changed_on) as month_end
    from raw.class_changes
)

select
    states.loan_id,
    states.month_end,
    states.class_booked,
    states.class_floor,
    states.balance
from marts.loan_month_states as states
inner join kept_from on states.month_end >= kept_from.month_end
left join marts.loan_month_states as earlier
    on states.loan_id = earlier.loan_id
    and earlier.month_end = last_day(cast(states.month_end - interval 1 month as date))
left join changes on states.loan_id = changes.loan_id and states.month_end = changes.month_end
where states.state_source = 'computed'
    and states.status = 'active'
    and states.class_booked > states.class_floor
    and (earlier.loan_id is null or states.class_booked <> earlier.class_booked)
    and changes.loan_id is null
