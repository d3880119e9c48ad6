-- One row per loan, schedule version and state date on which less cash had come in than had fallen due: the first
-- instalment that is not fully covered, how far it and its components are paid, and the oldest unpaid due date.
-- Positions and instalments are merged on their running totals: the first instalment whose total exceeds the
-- cash held is the least line number among the rows above it.
with short as (
    select
        loan_id,
        version,
        state_date,
        cash_held
    from intermediate.positions
    where cash_held < cash_due
),

loans_short as (
    select distinct
        loan_id,
        version
    from short
),

merged as (
    select
        loan_id,
        version,
        cash_held as amount,
        state_date,
        cast(null as bigint) as line_no
    from short
    union all
    select
        schedule.loan_id,
        schedule.version,
        schedule.cash_after as amount,
        cast(null as date) as state_date,
        schedule.line_no
    from intermediate.schedule as schedule
    inner join loans_short
        on schedule.loan_id = loans_short.loan_id and schedule.version = loans_short.version
),

placed as (
    select
        loan_id,
        version,
        amount as cash_held,
        state_date,
        min(line_no) over (
            partition by loan_id, version
            order by amount desc, case when state_date is null then 1 else 0 end
            rows between unbounded preceding and current row
        ) as line_no
    from merged
),

next_aged as (
    select
        schedule.loan_id,
        schedule.version,
        schedule.line_no,
        min(case when schedule.aged_due > schedule.tolerance then schedule.due_on end) over (
            partition by schedule.loan_id, schedule.version
            order by schedule.line_no
            rows between 1 following and unbounded following
        ) as next_due_on
    from intermediate.schedule as schedule
    inner join loans_short
        on schedule.loan_id = loans_short.loan_id and schedule.version = loans_short.version
)

select
    placed.loan_id,
    placed.version,
    placed.state_date,
    case
        when schedule.aged_due > schedule.tolerance
            and schedule.settled_at - placed.cash_held > schedule.tolerance then schedule.due_on
        else next_aged.next_due_on
    end as oldest_unpaid_due,
    schedule.aged_lines_after
    - case
        when schedule.aged_due > schedule.tolerance
            and schedule.settled_at - placed.cash_held > schedule.tolerance then 1
        else 0
    end as aged_lines_settled,
    schedule.principal_after - schedule.principal_due
    + greatest(least(placed.cash_held - schedule.principal_from, schedule.principal_due), 0) as principal_paid,
    schedule.interest_after - schedule.interest_due
    + greatest(least(placed.cash_held - schedule.interest_from, schedule.interest_due), 0) as interest_paid,
    schedule.fee_after - schedule.fee_due
    + greatest(least(placed.cash_held - schedule.fee_from, schedule.fee_due), 0) as fee_paid,
    schedule.penalty_after - schedule.penalty_due
    + greatest(least(placed.cash_held - schedule.penalty_from, schedule.penalty_due), 0) as penalty_paid
from placed
inner join intermediate.schedule as schedule
    on placed.loan_id = schedule.loan_id
    and placed.version = schedule.version
    and placed.line_no = schedule.line_no
inner join next_aged
    on placed.loan_id = next_aged.loan_id
    and placed.version = next_aged.version
    and placed.line_no = next_aged.line_no
where placed.state_date is not null
