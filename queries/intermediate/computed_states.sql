-- One row per loan with a schedule and state date: its state by the schedule version in force, and days past due by
-- the original schedule beside it (R-DPD-6). Status by precedence: written off, sold, closed, active (1.4).
with original as (
    select
        loan_no,
        state_date,
        days_past_due
    from intermediate.counted
    where ordinal = 1 and not is_in_force
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

-- What a later partial write-off will remove is still owed before its day.
not_yet_written_off as (
    select
        counted.loan_no,
        counted.state_date,
        sum(write_offs.amount) as amount
    from intermediate.counted as counted
    inner join intermediate.loan_rules as rules on counted.loan_no = rules.loan_no
    inner join staging.write_offs as write_offs on rules.loan_id = write_offs.loan_id
    where counted.is_in_force
        and write_offs.is_partial
        and write_offs.reversed_on is null
        and write_offs.written_off_on > counted.state_date
    group by counted.loan_no, counted.state_date
),

stated as (
    select
        rules.loan_id,
        counted.*,
        coalesce(original.days_past_due, counted.days_past_due) as dpd_original,
        counted.principal_owed + coalesce(not_yet_written_off.amount, 0) as principal_outstanding,
        case
            when departures.is_written_off = 1 then 'written_off'
            when departures.is_sold = 1 then 'sold'
            when counted.is_repaid then 'closed'
            else 'active'
        end as status
    from intermediate.counted as counted
    inner join intermediate.loan_rules as rules on counted.loan_no = rules.loan_no
    left join original
        on counted.loan_no = original.loan_no and counted.state_date = original.state_date
    left join departures
        on counted.loan_no = departures.loan_no and counted.state_date = departures.state_date
    left join not_yet_written_off
        on counted.loan_no = not_yet_written_off.loan_no
        and counted.state_date = not_yet_written_off.state_date
    where counted.is_in_force
)

select
    loan_id,
    state_date,
    is_on_grid,
    status,
    case when status = 'active' then principal_outstanding else 0 end as balance,
    principal_outstanding,
    days_past_due,
    dpd_original,
    oldest_unpaid_due,
    overdue_principal,
    overdue_interest,
    overdue_fee,
    instalments_past_due,
    due_today_unpaid,
    advance_balance,
    residual_penalty,
    collected_in_month,
    due_in_month
from stated
