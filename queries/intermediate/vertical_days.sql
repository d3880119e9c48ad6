-- One row per vertical loan, stretch under one schedule, component and day on which anything fell due or cash moved:
-- what has been paid of the component by the end of the day.
-- Every cent goes to what is due of the first component in order, then of the second, and so on; what nothing is due
-- for waits. So the arrears of the first k components are a queue: dues come in, cash goes out, never below zero,
-- which is the running total less its least value so far. A component's payments are the difference of two queues.
-- From the day on which a payment is taken back it was never made: until the next such day the queues are those of an
-- account of their own, kept from the beginning with the payments that stand.
with lines as (select * from intermediate.vertical_lines),

vertical_loans as (
    select distinct
        loan_no,
        version
    from lines
),

payments as (
    select
        rules.loan_no,
        facts.paid_on,
        facts.reversed_on,
        facts.amount
    from staging.payments as facts
    inner join intermediate.loan_rules as rules on facts.loan_id = rules.loan_id
    cross join raw.build as build
    where rules.alloc_scope <> 'HORIZONTAL' and facts.reverses is null and facts.paid_on <= build.as_of
),

starts as (
    select
        loan_no,
        version,
        date '0001-01-01' as from_day
    from vertical_loans
    union all
    select distinct
        loans.loan_no,
        loans.version,
        payments.reversed_on as from_day
    from payments
    inner join vertical_loans as loans on payments.loan_no = loans.loan_no
    cross join raw.build as build
    where payments.reversed_on <= build.as_of
),

accounts as (
    select
        loan_no,
        version,
        from_day,
        coalesce(
            lead(from_day) over (partition by loan_no, version order by from_day), date '9999-12-31'
        ) as until_day
    from starts
),

movements as (
    select
        accounts.loan_no,
        accounts.version,
        accounts.from_day,
        lines.due_on as day,
        lines.component_rank,
        lines.due,
        0 as cash
    from accounts
    inner join lines
        on accounts.loan_no = lines.loan_no
        and accounts.version = lines.version
        and lines.due_on < accounts.until_day
    cross join raw.build as build
    where lines.due_on <= build.as_of
    union all
    select
        accounts.loan_no,
        accounts.version,
        accounts.from_day,
        payments.paid_on as day,
        0 as component_rank,
        0 as due,
        payments.amount as cash
    from accounts
    inner join payments
        on accounts.loan_no = payments.loan_no
        and payments.paid_on < accounts.until_day
        and (payments.reversed_on is null or payments.reversed_on > accounts.from_day)
    union all
    -- The day itself on which the account begins has a row.
    select
        loan_no,
        version,
        from_day,
        from_day as day,
        0 as component_rank,
        0 as due,
        0 as cash
    from accounts
    where from_day > date '0001-01-01'
),

orders as (
    select distinct
        loan_no,
        version,
        component,
        component_rank
    from lines
),

-- Dues of this component and of those before it, dues of all, and cash, day by day.
daily as (
    select
        orders.loan_no,
        orders.version,
        orders.component,
        orders.component_rank,
        movements.from_day,
        movements.day,
        sum(case when movements.component_rank <= orders.component_rank then movements.due else 0 end) as due_so_far,
        sum(case when movements.component_rank < orders.component_rank then movements.due else 0 end) as due_first,
        sum(movements.due) as due,
        sum(movements.cash) as cash
    from orders
    inner join movements on orders.loan_no = movements.loan_no and orders.version = movements.version
    group by
        orders.loan_no, orders.version, orders.component, orders.component_rank, movements.from_day, movements.day
),

totals as (
    select
        loan_no,
        version,
        component,
        from_day,
        day,
        sum(due_so_far) over until_day as due_so_far,
        sum(due_first) over until_day as due_first,
        least(sum(cash) over until_day, sum(due) over until_day) as applied
    from daily
    window until_day as (
        partition by loan_no, version, component, from_day
        order by day
        rows between unbounded preceding and current row
    )
),

queues as (
    select
        loan_no,
        version,
        component,
        from_day,
        day,
        due_so_far,
        due_first,
        due_so_far - applied - least(min(due_so_far - applied) over until_day, 0) as owed_so_far,
        due_first - applied - least(min(due_first - applied) over until_day, 0) as owed_first
    from totals
    window until_day as (
        partition by loan_no, version, component, from_day
        order by day
        rows between unbounded preceding and current row
    )
),

paid as (
    select
        loan_no,
        version,
        component,
        day,
        cast(
            due_so_far - owed_so_far - (due_first - owed_first) as decimal(18, 2)
        ) as paid
    from queues
    where day >= from_day
)

select
    *,
    min(paid) over (
        partition by loan_no, version, component
        order by day
        rows between current row and unbounded following
    ) as paid_for_good,
    coalesce(
        lead(day) over (partition by loan_no, version, component order by day), date '9999-12-31'
    ) as next_day
from paid
