-- One row per payment of performed_payments, instalment and component, of contracts whose repayments go to all that is due
-- of one component before the next (vertical scope, section 2.3): what the payment settles of it. A repayment meets what
-- has fallen due by its day; what is left waits for the next due date. Where the loan was repaid, what would have fallen
-- due later was due on that day.
-- The arrears of the first k components are a queue, as in vertical_days: dues come in, cash goes out. What a component is
-- paid on a day has a stretch on the cash of the loan and one on the dues of the component; what a payment has in common
-- with the first, it settles on the second.
with payments as (
    select
        repayment_id,
        loan_id,
        loan_no,
        version,
        held_before,
        held_after
    from intermediate.performed_payments
    where alloc_scope <> 'HORIZONTAL'
),

loans as (
    select distinct
        loan_no,
        loan_id,
        version
    from payments
),

lines as (
    select
        loans.loan_no,
        schedule.seq,
        parts.component,
        dense_rank() over (
            partition by loans.loan_no order by parts.component_rank, parts.component
        ) as place,
        least(parts.due_on, coalesce(ends.closed_on, parts.due_on)) as day,
        parts.due,
        parts.due_after - parts.due as due_before,
        parts.due_after
    from loans
    inner join intermediate.vertical_lines as parts
        on loans.loan_no = parts.loan_no and loans.version = parts.version
    inner join intermediate.schedule as schedule
        on parts.loan_no = schedule.loan_no
        and parts.version = schedule.version
        and parts.line_no = schedule.line_no
    inner join intermediate.loan_ends as ends on loans.loan_no = ends.loan_no
    cross join raw.build as build
    where parts.due > 0 and (parts.due_on <= build.as_of or ends.closed_on is not null)
),

movements as (
    select
        loan_no,
        day,
        place,
        due,
        0 as cash
    from lines
    union all
    select
        loans.loan_no,
        facts.paid_on as day,
        0 as place,
        0 as due,
        facts.amount as cash
    from staging.payments as facts
    inner join loans on facts.loan_id = loans.loan_id
    cross join raw.build as build
    where facts.reverses is null and facts.reversed_on is null and facts.paid_on <= build.as_of
),

places as (
    select distinct
        loan_no,
        component,
        place
    from lines
),

daily as (
    select
        places.loan_no,
        places.component,
        places.place,
        movements.day,
        sum(case when movements.place <= places.place then movements.due else 0 end) as due_so_far,
        sum(case when movements.place < places.place then movements.due else 0 end) as due_first,
        sum(movements.due) as due,
        sum(movements.cash) as cash
    from places
    inner join movements on places.loan_no = movements.loan_no
    group by places.loan_no, places.component, places.place, movements.day
),

totals as (
    select
        loan_no,
        component,
        place,
        day,
        sum(due_so_far) over until_day as due_so_far,
        sum(due_first) over until_day as due_first,
        least(sum(cash) over until_day, sum(due) over until_day) as applied
    from daily
    window until_day as (
        partition by loan_no, component order by day rows between unbounded preceding and current row
    )
),

queues as (
    select
        *,
        due_so_far - applied - least(min(due_so_far - applied) over until_day, 0) as owed_so_far,
        due_first - applied - least(min(due_first - applied) over until_day, 0) as owed_first
    from totals
    window until_day as (
        partition by loan_no, component order by day rows between unbounded preceding and current row
    )
),

paid as (
    select
        loan_no,
        component,
        place,
        day,
        due_so_far - owed_so_far - (due_first - owed_first) as paid_after
    from queues
),

steps as (
    select
        *,
        coalesce(lag(paid_after) over (partition by loan_no, component order by day), 0) as paid_before
    from paid
),

-- Where the day's part of each component lies on the cash of the loan: after all of earlier days, and of earlier places.
stretches as (
    select
        loan_no,
        component,
        paid_before,
        paid_after - paid_before as settled,
        sum(paid_after - paid_before) over (
            partition by loan_no order by day, place rows between unbounded preceding and current row
        ) - (paid_after - paid_before) as cash_before
    from steps
),

shared as (
    select
        payments.repayment_id,
        payments.loan_id,
        payments.loan_no,
        stretches.component,
        stretches.paid_before + greatest(payments.held_before - stretches.cash_before, 0) as from_due,
        stretches.paid_before
        + least(payments.held_after - stretches.cash_before, stretches.settled) as until_due
    from payments
    inner join stretches
        on payments.loan_no = stretches.loan_no
        and stretches.settled > 0
        and payments.held_before < stretches.cash_before + stretches.settled
        and payments.held_after > stretches.cash_before
)

select
    shared.repayment_id,
    shared.loan_id,
    facts.branch,
    facts.product,
    lines.seq,
    lines.component,
    any_value(lines.day) as due_on,
    any_value(lines.due) as due,
    any_value(lines.due_before) as due_before,
    cast(
        sum(least(shared.until_due, lines.due_after) - greatest(shared.from_due, lines.due_before)) as decimal(18, 2)
    ) as settles
from shared
inner join lines
    on shared.loan_no = lines.loan_no
    and shared.component = lines.component
    and shared.from_due < lines.due_after
    and shared.until_due > lines.due_before
inner join intermediate.loan_rules as facts on shared.loan_no = facts.loan_no
group by shared.repayment_id, shared.loan_id, facts.branch, facts.product, lines.seq, lines.component
order by shared.loan_id, shared.repayment_id, lines.seq, lines.component
