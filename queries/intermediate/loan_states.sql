-- One row per loan and state date, computed from events where there is a schedule, else as recorded.
select
    loan_id,
    state_date,
    is_on_grid,
    status,
    cast(balance as decimal(18, 2)) as balance,
    cast(principal_outstanding as decimal(18, 2)) as principal_outstanding,
    days_past_due,
    dpd_original,
    oldest_unpaid_due,
    cast(overdue_principal as decimal(18, 2)) as overdue_principal,
    cast(overdue_interest as decimal(18, 2)) as overdue_interest,
    cast(overdue_fee as decimal(18, 2)) as overdue_fee,
    instalments_past_due,
    cast(due_today_unpaid as decimal(18, 2)) as due_today_unpaid,
    cast(advance_balance as decimal(18, 2)) as advance_balance,
    cast(residual_penalty as decimal(18, 2)) as residual_penalty,
    collected_in_month,
    due_in_month,
    'computed' as state_source
from intermediate.computed_states
union all
select
    loan_id,
    state_date,
    is_on_grid,
    status,
    balance,
    principal_outstanding,
    days_past_due,
    cast(null as bigint) as dpd_original,
    cast(null as date) as oldest_unpaid_due,
    cast(null as decimal(18, 2)) as overdue_principal,
    cast(null as decimal(18, 2)) as overdue_interest,
    cast(null as decimal(18, 2)) as overdue_fee,
    cast(null as bigint) as instalments_past_due,
    cast(null as decimal(18, 2)) as due_today_unpaid,
    cast(null as decimal(18, 2)) as advance_balance,
    cast(null as decimal(18, 2)) as residual_penalty,
    cast(null as decimal(18, 2)) as collected_in_month,
    cast(null as decimal(18, 2)) as due_in_month,
    'recorded' as state_source
from intermediate.recorded_states
