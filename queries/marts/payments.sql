-- One row per repayment as booked; net_amount is 0 for a payment that was reversed and for the reversal itself.
-- What came is split by the schedule in force when its month began, oldest due first (section 8), also where it was
-- taken back later: on its day nobody knew. A reversal is split into nothing. late_amount covers what had fallen due
-- before the day, on_time_amount what falls due from that day to the end of the month, early_amount all beyond it.
-- outside_amount is cash that the book's Collected does not count: on loans that left the book in an earlier month, or
-- that have no schedule.
with payments as (
    select
        facts.repayment_id,
        rules.loan_no,
        facts.loan_id,
        facts.paid_on,
        facts.booked_at,
        facts.amount,
        facts.channel,
        facts.reverses,
        facts.reversed_on,
        case
            when facts.reverses is not null or facts.reversed_on is not null then 0
            else facts.amount
        end as net_amount,
        greatest(facts.paid_on, rules.disbursed_on) as counts_on,
        rules.branch,
        rules.product
    from staging.payments as facts
    inner join intermediate.loan_rules as rules on facts.loan_id = rules.loan_id
),

-- A reversal lessens what is held before other cash of its day is told, but not before its own payment.
movements as (
    select
        *,
        paid_on as moved_on,
        1 as place,
        case when reverses is null then amount else 0 end as moved_amount
    from payments
    union all
    select
        *,
        reversed_on as moved_on,
        case when reversed_on > paid_on then 0 else 2 end as place,
        -amount as moved_amount
    from payments
    where reverses is null and reversed_on is not null
),

running as (
    select
        *,
        sum(moved_amount) over (
            partition by loan_no
            order by moved_on, case when place = 0 then 0 else 1 end, repayment_id, place
            rows between unbounded preceding and current row
        ) as held_after
    from movements
),

-- Months with several due days: what had fallen due in the month before each day on which cash came.
several as (
    select
        payments.repayment_id,
        sum(
            schedule.principal_due + schedule.interest_due + schedule.fee_due + schedule.penalty_due
        ) as due_earlier
    from payments
    inner join intermediate.expected as expected
        on payments.loan_no = expected.loan_no and last_day(payments.counts_on) = expected.state_date
    inner join intermediate.schedule as schedule
        on expected.loan_no = schedule.loan_no and expected.version = schedule.version
    where expected.first_due_on < expected.last_due_on
        and schedule.due_on between expected.first_due_on and expected.last_due_on
        and schedule.due_on < payments.counts_on
    group by payments.repayment_id
),

levels as (
    select
        running.*,
        expected.state_date is not null as is_counted,
        expected.due_before + expected.expected as due_by_month,
        expected.due_before + case
            when expected.first_due_on < expected.last_due_on then coalesce(several.due_earlier, 0)
            when expected.first_due_on < running.counts_on then expected.expected
            else 0
        end as due_by_day
    from running
    left join intermediate.expected as expected
        on running.loan_no = expected.loan_no and last_day(running.counts_on) = expected.state_date
    left join several on running.repayment_id = several.repayment_id
    where running.place = 1
),

-- Money given back that names no payment lessens what was paid early.
split as (
    select
        *,
        case
            when not is_counted or moved_amount < 0 then 0
            else least(greatest(due_by_day - held_after + moved_amount, 0), moved_amount)
        end as late,
        case
            when not is_counted then 0
            when moved_amount < 0 then moved_amount
            else least(greatest(held_after - due_by_month, 0), moved_amount)
        end as early
    from levels
)

select
    repayment_id,
    loan_id,
    paid_on,
    counts_on,
    booked_at,
    amount,
    channel,
    reverses,
    reversed_on,
    net_amount,
    cast(case when is_counted then moved_amount - late - early else 0 end as decimal(18, 2)) as on_time_amount,
    cast(late as decimal(18, 2)) as late_amount,
    cast(early as decimal(18, 2)) as early_amount,
    cast(case when is_counted then 0 else moved_amount end as decimal(18, 2)) as outside_amount,
    branch,
    product
from split
order by loan_no, paid_on, repayment_id
