-- One row per instalment, component (principal or interest), cash held meanwhile and month end whose booked accruals tell
-- penalty interest: the days of the month, each at its end, on which so much of it had fallen due and was unpaid, and the
-- yearly rate on it (section 2.2, T06). Of loans whose contract says how much more than its rate is asked for.
-- What is paid is read from running totals: of contracts that settle instalment by instalment all cash held against all that
-- is due, of others what vertical_days says was paid of the component.
with covered as (
    select
        cast(date_trunc('month', min(month_end)) as date) as first_day,
        max(month_end) as last_day
    from raw.accruals
    where penalty is not null
),

loans as (
    select
        rules.*,
        facts.penalty_uplift
    from intermediate.loan_rules as rules
    inner join staging.loans as facts on rules.loan_id = facts.loan_id
    where facts.penalty_uplift is not null
),

moved as (
    select
        cash.loan_no,
        cash.moved_on as from_day,
        coalesce(
            lead(cash.moved_on) over (partition by cash.loan_no order by cash.moved_on), date '9999-12-31'
        ) as until_day,
        cash.cash_held
    from intermediate.cash as cash
    inner join loans on cash.loan_no = loans.loan_no
    where loans.alloc_scope = 'HORIZONTAL'
),

held as (
    select *
    from moved
    union all
    select
        loans.loan_no,
        date '0001-01-01' as from_day,
        coalesce(min(moved.from_day), date '9999-12-31') as until_day,
        0 as cash_held
    from loans
    left join moved on loans.loan_no = moved.loan_no
    where loans.alloc_scope = 'HORIZONTAL'
    group by loans.loan_no
),

lines as (
    select
        schedule.*,
        schedule.cash_after
        - schedule.fee_due - schedule.interest_due - schedule.principal_due - schedule.penalty_due as cash_before,
        loans.fee_rank,
        loans.interest_rank,
        loans.principal_rank,
        loans.penalty_rank
    from intermediate.schedule as schedule
    inner join loans on schedule.loan_no = loans.loan_no
    cross join covered
    where loans.alloc_scope = 'HORIZONTAL' and schedule.due_on <= covered.last_day
),

components as (
    select
        loan_no,
        version,
        due_on,
        'principal' as component,
        principal_due as due,
        cash_before + principal_due
        + case when fee_rank < principal_rank then fee_due else 0 end
        + case when interest_rank < principal_rank then interest_due else 0 end
        + case when penalty_rank < principal_rank then penalty_due else 0 end as due_until
    from lines
    union all
    select
        loan_no,
        version,
        due_on,
        'interest' as component,
        interest_due as due,
        cash_before + interest_due
        + case when fee_rank < interest_rank then fee_due else 0 end
        + case when principal_rank < interest_rank then principal_due else 0 end
        + case when penalty_rank < interest_rank then penalty_due else 0 end as due_until
    from lines
),

owed as (
    select
        components.loan_no,
        components.version,
        components.component,
        components.due_on,
        least(components.due_until - held.cash_held, components.due) as unpaid,
        greatest(components.due_on, held.from_day) as from_day,
        held.until_day
    from components
    inner join held
        on components.loan_no = held.loan_no
        and held.cash_held < components.due_until
        and held.until_day > components.due_on
    cross join covered
    where components.due > 0 and held.until_day > covered.first_day
    union all
    select
        parts.loan_no,
        parts.version,
        parts.component,
        parts.due_on,
        least(parts.due_after - days.paid, parts.due) as unpaid,
        greatest(parts.due_on, days.day) as from_day,
        days.next_day as until_day
    from intermediate.vertical_lines as parts
    inner join loans on parts.loan_no = loans.loan_no
    inner join intermediate.vertical_days as days
        on parts.loan_no = days.loan_no
        and parts.version = days.version
        and parts.component = days.component
        and days.paid < parts.due_after
        and days.next_day > parts.due_on
    cross join covered
    where parts.component in ('principal', 'interest')
        and parts.due > 0
        and parts.due_on <= covered.last_day
        and days.next_day > covered.first_day
)

select
    owed.loan_no,
    stretches.month_end,
    owed.component,
    owed.due_on,
    owed.unpaid,
    greatest(owed.from_day, stretches.from_day) as from_day,
    least(owed.until_day, stretches.until_day) as until_day,
    date_diff(
        'day', greatest(owed.from_day, stretches.from_day), least(owed.until_day, stretches.until_day)
    ) as days,
    stretches.annual_rate,
    loans.penalty_uplift,
    cast(stretches.annual_rate as double) * (1 + cast(loans.penalty_uplift as double)) as penalty_rate,
    stretches.year_days
from owed
inner join loans on owed.loan_no = loans.loan_no
inner join intermediate.interest_stretches as stretches
    on owed.loan_no = stretches.loan_no
    and owed.version = stretches.version
    and owed.from_day < stretches.until_day
    and owed.until_day > stretches.from_day
