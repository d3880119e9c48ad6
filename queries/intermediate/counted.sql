-- One row per loan, schedule version and state date: what is paid, what is past due, and days past due.
-- The due date is day 0; an instalment due on the state date itself is not late (R-DPD-1, R-DPD-2). Cash beyond
-- what has fallen due is held as an advance and applied on the due date, unless it covers all that is owed.
with measured as (
    select
        positions.*,
        rules.grace_days,
        rules.grace_mode,
        positions.cash_held >= positions.owed_in_all as is_repaid,
        arrears.oldest_unpaid_due,
        coalesce(arrears.aged_lines_settled, positions.aged_lines) as aged_lines_settled,
        coalesce(arrears.principal_paid, positions.principal_due) as principal_paid,
        coalesce(arrears.interest_paid, positions.interest_due) as interest_paid,
        coalesce(arrears.fee_paid, positions.fee_due) as fee_paid,
        coalesce(arrears.penalty_paid, positions.penalty_due) as penalty_paid
    from intermediate.positions as positions
    inner join intermediate.loan_rules as rules on positions.loan_id = rules.loan_id
    left join intermediate.arrears as arrears
        on positions.loan_id = arrears.loan_id
        and positions.version = arrears.version
        and positions.state_date = arrears.state_date
),

aged as (
    select
        *,
        case when oldest_unpaid_due < state_date then oldest_unpaid_due end as oldest_late_due,
        case
            when oldest_unpaid_due < state_date then date_diff('day', oldest_unpaid_due, state_date)
            else 0
        end as days_late
    from measured
)

select
    loan_id,
    version,
    ordinal,
    state_date,
    is_on_grid,
    is_in_force,
    is_repaid,
    total_principal,
    case when is_repaid then 0 else total_principal - principal_paid end as principal_owed,
    oldest_late_due as oldest_unpaid_due,
    -- R-DPD-4: a retroactive grace hides lateness until it ends; a shifted one moves the starting day.
    case
        when grace_mode = 'SHIFTED' then greatest(days_late - grace_days, 0)
        when days_late <= grace_days then 0
        else days_late
    end as days_past_due,
    greatest(principal_due - principal_today - principal_paid, 0) as overdue_principal,
    greatest(interest_due - interest_today - interest_paid, 0) as overdue_interest,
    greatest(fee_due - fee_today - fee_paid, 0) as overdue_fee,
    greatest(aged_lines - aged_lines_today - aged_lines_settled, 0) as instalments_past_due,
    greatest(
        least(aged_today, principal_due + interest_due - principal_paid - interest_paid), 0
    ) as due_today_unpaid,
    case when is_repaid then 0 else greatest(cash_held - cash_due, 0) end as advance_balance,
    greatest(penalty_due - penalty_paid, 0) as residual_penalty,
    collected_in_month,
    due_in_month
from aged
