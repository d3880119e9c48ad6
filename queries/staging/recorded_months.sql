-- One row per loan and month end as the core system recorded it.
select
    loan_id,
    month_end,
    balance,
    days_past_due,
    classification,
    stage,
    coalesce(status, case when balance = 0 then 'closed' else 'active' end) as status,
    provision
from raw.loan_months
