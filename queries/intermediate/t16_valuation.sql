-- T16 (14.2): loan and month end at which the value of its collateral is older than its kind allows, or missing.
select
    'T16_valuation' as test_id,
    case when is_value_missing then 'missing' else 'old' end as kind,
    loan_id,
    month_end as happened_on,
    '' as reference,
    cast(valuation_overdue_days as decimal(18, 2)) as recorded,
    cast(0 as decimal(18, 2)) as recomputed,
    balance as amount
from marts.loan_facts
where valuation_overdue_days > 0 or is_value_missing
