-- T01 (14.2), its other half: loan and month end at which the recorded balance is not the recomputed one.
select
    'T01_balance' as test_id,
    'balance_differs' as kind,
    loan_id,
    month_end as happened_on,
    '' as reference,
    balance_recorded as recorded,
    balance as recomputed,
    abs(balance_recorded - balance) as amount
from marts.loan_month_states
where state_source = 'computed' and balance_recorded <> balance
