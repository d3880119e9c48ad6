-- One row per loan and state date: its state by the schedule version in force, and days past due by the original
-- schedule beside it (R-DPD-6); a loan without a schedule as it was recorded.
-- Status by precedence: written off, sold, closed, active (section 1.4).
with original as (
    select
        loan_no,
        state_date,
        days_past_due
    from intermediate.counted
    where is_original and not is_in_force
),

departures as (
    select
        counted.loan_no,
        counted.state_date,
        max(case when write_offs.kind = 'write_off' then 1 else 0 end) as is_written_off,
        max(case when write_offs.kind = 'sale' then 1 else 0 end) as is_sold
    from intermediate.counted as counted
    inner join intermediate.loan_rules as rules on counted.loan_no = rules.loan_no
    inner join staging.write_offs as write_offs on rules.loan_id = write_offs.loan_id
    where counted.is_in_force
        and not write_offs.is_partial
        and write_offs.written_off_on <= counted.state_date
        and (write_offs.reversed_on is null or write_offs.reversed_on > counted.state_date)
    group by counted.loan_no, counted.state_date
),

stated as (
    select
        counted.*,
        coalesce(original.days_past_due, counted.days_past_due) as dpd_original,
        counted.principal_owed as principal_outstanding,
        case
            when departures.is_written_off = 1 then 'written_off'
            when departures.is_sold = 1 then 'sold'
            when counted.is_repaid then 'closed'
            else 'active'
        end as status
    from intermediate.counted as counted
    left join original
        on counted.loan_no = original.loan_no and counted.state_date = original.state_date
    left join departures
        on counted.loan_no = departures.loan_no and counted.state_date = departures.state_date
    where counted.is_in_force
)

select
    loan_no,
    state_date,
    is_on_grid,
    status,
    cast(case when status = 'active' then principal_outstanding else 0 end as decimal(18, 2)) as balance,
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
    cast(principal_due_in_month as decimal(18, 2)) as principal_due_in_month,
    cast(principal_ahead as decimal(18, 2)) as principal_ahead,
    'computed' as state_source
from stated
union all
select
    loan_no,
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
    cast(null as decimal(18, 2)) as principal_due_in_month,
    cast(null as decimal(18, 2)) as principal_ahead,
    'recorded' as state_source
from intermediate.recorded_states
