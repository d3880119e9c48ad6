-- One row per payment since the first of which an allocation is stored (section 2.3): the cash held before and after it,
-- what it settles of all that has fallen due by now, in whichever order, and what is stored of it. Payments taken back are left out, and loans on which money was given back that
-- names no payment. An advance settles nothing until its instalment falls due.
with stored as (
    select
        repayment_id,
        sum(amount) as stored
    from raw.allocations
    group by repayment_id
),

given_back as (
    select distinct loan_id
    from staging.payments
    where reverses is null and amount < 0
),

payments as (
    select
        facts.repayment_id,
        facts.loan_id,
        facts.paid_on,
        facts.amount,
        rules.loan_no,
        rules.alloc_scope
    from staging.payments as facts
    inner join intermediate.loan_rules as rules on facts.loan_id = rules.loan_id
    left join given_back on facts.loan_id = given_back.loan_id
    cross join raw.build as build
    where facts.reverses is null
        and facts.reversed_on is null
        and facts.paid_on <= build.as_of
        and given_back.loan_id is null
),

first_day as (
    select min(payments.paid_on) as day
    from payments
    inner join stored on payments.repayment_id = stored.repayment_id
),

earlier as (
    select
        payments.loan_no,
        sum(payments.amount) as held
    from payments
    cross join first_day
    where payments.paid_on < first_day.day
    group by payments.loan_no
),

running as (
    select
        payments.*,
        sum(payments.amount) over (
            partition by payments.loan_no
            order by payments.paid_on, payments.repayment_id
            rows between unbounded preceding and current row
        ) as paid_since
    from payments
    cross join first_day
    where payments.paid_on >= first_day.day
),

-- All that can be settled by now: what has fallen due, or everything where the loan was repaid.
asked as (
    select
        ends.loan_no,
        ends.latest_version,
        case when ends.closed_on is null then positions.cash_due else versions.owed_in_all end as asked
    from intermediate.loan_ends as ends
    inner join intermediate.schedule_versions as versions
        on ends.loan_no = versions.loan_no and ends.latest_version = versions.version
    cross join raw.build as build
    left join intermediate.positions as positions
        on ends.loan_no = positions.loan_no
        and ends.latest_version = positions.version
        and positions.state_date = build.as_of
)

select
    running.repayment_id,
    running.loan_id,
    running.loan_no,
    running.alloc_scope,
    asked.latest_version as version,
    running.paid_on,
    running.amount,
    coalesce(earlier.held, 0) + running.paid_since - running.amount as held_before,
    coalesce(earlier.held, 0) + running.paid_since as held_after,
    coalesce(asked.asked, 0) as asked,
    greatest(
        least(coalesce(earlier.held, 0) + running.paid_since, coalesce(asked.asked, 0))
        - coalesce(earlier.held, 0) - running.paid_since + running.amount,
        0
    ) as applied,
    coalesce(stored.stored, 0) as stored
from running
inner join asked on running.loan_no = asked.loan_no
left join earlier on running.loan_no = earlier.loan_no
left join stored on running.repayment_id = stored.repayment_id
