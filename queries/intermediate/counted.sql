-- One row per loan, schedule version and state date: what is paid, what is past due, and days past due.
-- The due date is day 0; an instalment due on the state date itself is not late (R-DPD-1, R-DPD-2). Cash beyond
-- what has fallen due is held as an advance and applied on the due date, unless it covers all that is owed.
with arrears as (
    select *
    from intermediate.arrears
    union all
    select *
    from intermediate.vertical_arrears
)

select
    positions.loan_no,
    positions.version,
    positions.is_original,
    positions.state_date,
    positions.is_on_grid,
    positions.is_in_force,
    positions.cash_held >= positions.owed_in_all as is_repaid,
    case
        when positions.cash_held >= positions.owed_in_all then 0
        else positions.principal_in_all - coalesce(arrears.principal_paid, positions.principal_due)
    end as principal_owed,
    arrears.oldest_unpaid_due,
    -- R-DPD-4: a retroactive grace hides lateness until it ends; a shifted one moves the starting day.
    case
        when arrears.oldest_unpaid_due is null then 0
        when rules.grace_mode = 'SHIFTED' then greatest(
            date_diff('day', arrears.oldest_unpaid_due, positions.state_date) - rules.grace_days, 0
        )
        when date_diff('day', arrears.oldest_unpaid_due, positions.state_date) <= rules.grace_days then 0
        else date_diff('day', arrears.oldest_unpaid_due, positions.state_date)
    end as days_past_due,
    coalesce(arrears.overdue_principal, 0) as overdue_principal,
    coalesce(arrears.overdue_interest, 0) as overdue_interest,
    coalesce(arrears.overdue_fee, 0) as overdue_fee,
    coalesce(arrears.instalments_past_due, 0) as instalments_past_due,
    coalesce(arrears.due_today_unpaid, 0) as due_today_unpaid,
    case
        when positions.cash_held >= positions.owed_in_all then 0
        else greatest(positions.cash_held - positions.cash_due, 0)
    end as advance_balance,
    coalesce(arrears.residual_penalty, 0) as residual_penalty,
    positions.collected_in_month,
    positions.due_in_month,
    positions.principal_due_in_month,
    -- Principal paid before it fell due: only a loan repaid in full has any, other cash waits as an advance.
    case
        when positions.cash_held >= positions.owed_in_all
            then greatest(positions.principal_in_all - positions.principal_due, 0)
        else 0
    end as principal_ahead
from intermediate.positions as positions
inner join intermediate.loan_rules as rules on positions.loan_no = rules.loan_no
left join arrears
    on positions.loan_no = arrears.loan_no
    and positions.version = arrears.version
    and positions.state_date = arrears.state_date
