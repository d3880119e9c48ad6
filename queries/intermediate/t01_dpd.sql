-- T01 (14.2): loan and month end at which the recorded days past due are not the recomputed ones.
select
    'T01_dpd' as test_id,
    'days_differ' as kind,
    loan_id,
    month_end as happened_on,
    '' as reference,
    cast(dpd_recorded as decimal(18, 2)) as recorded,
    cast(days_past_due as decimal(18, 2)) as recomputed,
    balance as amount
from marts.loan_month_states
where state_source = 'computed' and status = 'active' and dpd_recorded <> days_past_due
