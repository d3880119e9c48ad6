-- T08 (14.2): a payment or reversal booked more than three days after the day for which it counts.
select
    'T08_backdating' as test_id,
    case when reverses is null then 'booked_late' else 'reversal_late' end as kind,
    loan_id,
    cast(booked_at as date) as happened_on,
    repayment_id as reference,
    cast(date_diff('day', paid_on, cast(booked_at as date)) as decimal(18, 2)) as recorded,
    cast(3 as decimal(18, 2)) as recomputed,
    abs(amount) as amount
from staging.payments
where date_diff('day', paid_on, cast(booked_at as date)) > 3
