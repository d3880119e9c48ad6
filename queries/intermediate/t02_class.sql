-- T02 (14.2): loan and month end at which the booked class is better than the recomputed floor.
select
    'T02_class' as test_id,
    'better_than_floor' as kind,
    loan_id,
    month_end as happened_on,
    coalesce(floor_rule, '') as reference,
    cast(class_booked as decimal(18, 2)) as recorded,
    cast(class_floor as decimal(18, 2)) as recomputed,
    balance as amount
from marts.loan_month_states
where state_source = 'computed' and status = 'active' and class_booked < class_floor
