-- One row per loan, step of the contact strategy and month end at which it had not begun, would begin if nothing was paid,
-- and was to be done by the fifth workday of the office after it. As the loan stood that day: past due then for what comes
-- with days past due, not past due for what goes before an instalment. Who becomes past due only after it is not told of.
with strategy as (select * from marts.contact_strategy),

ahead as (
    select
        months.month_end,
        min(later.day) as horizon
    from marts.month_ends as months
    inner join marts.office_days as today on months.month_end = today.day
    inner join marts.office_days as later on today.workday_no + 5 = later.workday_no and later.is_workday
    group by months.month_end
),

late as (
    select
        states.month_end,
        states.loan_id,
        states.product,
        strategy.step_id,
        strategy.valid_from,
        cast(null as date) as pay_on,
        cast(states.oldest_unpaid_due + strategy.from_days * interval 1 day as date) as due_on,
        ahead.horizon
    from marts.loan_month_states as states
    inner join ahead on states.month_end = ahead.month_end
    inner join strategy
        on states.product = strategy.product
        and strategy.from_days > states.days_past_due
        and cast(states.oldest_unpaid_due + strategy.from_days * interval 1 day as date) <= ahead.horizon
    where states.status = 'active' and states.days_past_due > 0 and states.oldest_unpaid_due is not null
),

reminders as (
    select
        ahead.month_end,
        steps.loan_id,
        loans.product,
        steps.step_id,
        steps.valid_from,
        steps.pay_on,
        steps.due_on,
        ahead.horizon
    from intermediate.reminder_steps as steps
    inner join ahead
        on last_day(cast(date_trunc('month', steps.due_on) as date) - 1) = ahead.month_end
        and steps.due_on <= ahead.horizon
    inner join intermediate.loan_rules as loans on steps.loan_id = loans.loan_id
    inner join intermediate.loan_ends as ends on loans.loan_no = ends.loan_no
    where ends.left_on > ahead.month_end
        and loans.disbursed_on <= ahead.month_end
        and (steps.cured_on is null or steps.cured_on > ahead.month_end)
        and not exists (
            select 1
            from intermediate.late_spells as spells
            where spells.loan_id = steps.loan_id
                and spells.late_from <= ahead.month_end
                and coalesce(spells.clear_on, date '9999-12-31') > ahead.month_end
        )
),

asked as (
    select * from late
    union all
    select * from reminders
),

timed as (
    select
        asked.*,
        strategy.channel as first_channel,
        days.due_by
    from asked
    inner join strategy
        on asked.product = strategy.product
        and asked.step_id = strategy.step_id
        and asked.valid_from = strategy.valid_from
        and asked.due_on between strategy.valid_from and strategy.valid_to
    inner join intermediate.step_days as days
        on strategy.calendar_id = days.calendar_id
        and strategy.amount = days.amount
        and asked.due_on = days.day
)

select
    timed.month_end,
    concat(timed.loan_id, '/', timed.step_id, '/', cast(timed.due_on as varchar)) as step_row_id,
    timed.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    timed.pay_on,
    timed.step_id,
    timed.first_channel,
    timed.due_on,
    timed.due_by
from timed
inner join intermediate.loan_rules as loans on timed.loan_id = loans.loan_id
where timed.due_by <= timed.horizon
    -- A step is owed once in a spell: who fell back and came to it again has had it.
    and not exists (
        select 1
        from marts.contact_steps as before
        inner join intermediate.late_spells as spells
            on before.loan_id = spells.loan_id and before.spell = spells.spell
        where before.loan_id = timed.loan_id
            and before.step_id = timed.step_id
            and before.due_on <= timed.month_end
            and spells.late_from <= timed.month_end
            and coalesce(spells.clear_on, date '9999-12-31') > timed.month_end
    )
order by timed.month_end, step_row_id
