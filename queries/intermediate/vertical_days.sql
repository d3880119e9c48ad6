-- One row per vertical loan, stretch under one schedule, component and day on which anything fell due or cash moved:
-- what has been paid of the component by the end of the day.
-- Every cent goes to what is due of the first component in order, then of the second, and so on; what nothing is due
-- for waits. So the arrears of the first k components are a queue: dues come in, cash goes out, never below zero,
-- which is the running total less its least value so far. A component's payments are the difference of two queues.
with lines as (select * from intermediate.vertical_lines),

movements as (
    select
        lines.loan_no,
        lines.version,
        lines.due_on as day,
        lines.component_rank,
        lines.due,
        0 as cash
    from lines
    cross join raw.build as build
    where lines.due_on <= build.as_of
    union all
    select
        loans.loan_no,
        loans.version,
        cash.moved_on as day,
        0 as component_rank,
        0 as due,
        cash.amount as cash
    from intermediate.cash as cash
    inner join (
        select distinct
            loan_no,
            version
        from lines
    ) as loans on cash.loan_no = loans.loan_no
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
        movements.day,
        sum(case when movements.component_rank <= orders.component_rank then movements.due else 0 end) as due_so_far,
        sum(case when movements.component_rank < orders.component_rank then movements.due else 0 end) as due_first,
        sum(movements.due) as due,
        sum(movements.cash) as cash
    from orders
    inner join movements on orders.loan_no = movements.loan_no and orders.version = movements.version
    group by orders.loan_no, orders.version, orders.component, orders.component_rank, movements.day
),

totals as (
    select
        loan_no,
        version,
        component,
        day,
        sum(due_so_far) over until_day as due_so_far,
        sum(due_first) over until_day as due_first,
        least(sum(cash) over until_day, sum(due) over until_day) as applied
    from daily
    window until_day as (
        partition by loan_no, version, component
        order by day
        rows between unbounded preceding and current row
    )
),

queues as (
    select
        loan_no,
        version,
        component,
        day,
        due_so_far,
        due_first,
        due_so_far - applied - least(min(due_so_far - applied) over until_day, 0) as owed_so_far,
        due_first - applied - least(min(due_first - applied) over until_day, 0) as owed_first
    from totals
    window until_day as (
        partition by loan_no, version, component
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
