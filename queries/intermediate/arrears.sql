-- One row per loan, schedule version and state date on which less cash had come in than had fallen due: the oldest
-- unpaid due date, the instalments past due, and what is past due of each component. Horizontal contracts only: an
-- instalment is paid whole before the next (section 2.3).
-- Dates and instalments are merged on their running totals: the first instalment whose total exceeds the cash held
-- has the least line number among the rows above it.
with short as (
    select
        positions.loan_no,
        positions.version,
        positions.state_date,
        positions.cash_held
    from intermediate.positions as positions
    inner join intermediate.loan_rules as rules on positions.loan_no = rules.loan_no
    where rules.alloc_scope = 'HORIZONTAL' and positions.cash_held < positions.cash_due
),

loans_short as (
    select distinct
        loan_no,
        version
    from short
),

lines as (
    select
        schedule.*,
        sum(case when schedule.is_aged then 1 else 0 end) over in_order as aged_lines_after,
        sum(schedule.interest_due) over in_order as interest_after,
        sum(schedule.fee_due) over in_order as fee_after,
        sum(schedule.penalty_due) over in_order as penalty_after,
        min(case when schedule.is_aged then schedule.due_on end) over (
            partition by schedule.loan_no, schedule.version
            order by schedule.line_no
            rows between 1 following and unbounded following
        ) as next_aged_due_on
    from intermediate.schedule as schedule
    inner join loans_short
        on schedule.loan_no = loans_short.loan_no and schedule.version = loans_short.version
    window in_order as (
        partition by schedule.loan_no, schedule.version
        order by schedule.line_no
        rows between unbounded preceding and current row
    )
),

merged as (
    select
        loan_no,
        version,
        cash_held as amount,
        state_date,
        cast(null as bigint) as line_no
    from short
    union all
    select
        loan_no,
        version,
        cash_after as amount,
        cast(null as date) as state_date,
        line_no
    from lines
),

placed as (
    select
        loan_no,
        version,
        amount as cash_held,
        state_date,
        min(line_no) over (
            partition by loan_no, version
            order by amount desc, case when state_date is null then 1 else 0 end
            rows between unbounded preceding and current row
        ) as line_no
    from merged
),

-- The first instalment not covered in full, and how far each component of it and of those before it is paid.
reached as (
    select
        placed.loan_no,
        placed.version,
        placed.state_date,
        lines.is_aged and lines.settled_at > placed.cash_held as is_unpaid,
        lines.due_on,
        lines.next_aged_due_on,
        lines.aged_lines_after,
        placed.cash_held - (
            lines.cash_after
            - lines.principal_due - lines.interest_due - lines.fee_due - lines.penalty_due
        ) as cash_here,
        lines.principal_due,
        lines.interest_due,
        lines.fee_due,
        lines.penalty_due,
        lines.principal_after,
        lines.interest_after,
        lines.fee_after,
        lines.penalty_after,
        rules.fee_rank,
        rules.interest_rank,
        rules.principal_rank,
        rules.penalty_rank
    from placed
    inner join lines
        on placed.loan_no = lines.loan_no
        and placed.version = lines.version
        and placed.line_no = lines.line_no
    inner join intermediate.loan_rules as rules on placed.loan_no = rules.loan_no
    where placed.state_date is not null
),

paid as (
    select
        loan_no,
        version,
        state_date,
        case when is_unpaid then due_on else next_aged_due_on end as oldest_unpaid_due,
        aged_lines_after - case when is_unpaid then 1 else 0 end as aged_lines_settled,
        principal_after - principal_due + greatest(least(
            cash_here
            - case when fee_rank < principal_rank then fee_due else 0 end
            - case when interest_rank < principal_rank then interest_due else 0 end
            - case when penalty_rank < principal_rank then penalty_due else 0 end,
            principal_due
        ), 0) as principal_paid,
        interest_after - interest_due + greatest(least(
            cash_here
            - case when fee_rank < interest_rank then fee_due else 0 end
            - case when principal_rank < interest_rank then principal_due else 0 end
            - case when penalty_rank < interest_rank then penalty_due else 0 end,
            interest_due
        ), 0) as interest_paid,
        fee_after - fee_due + greatest(least(
            cash_here
            - case when interest_rank < fee_rank then interest_due else 0 end
            - case when principal_rank < fee_rank then principal_due else 0 end
            - case when penalty_rank < fee_rank then penalty_due else 0 end,
            fee_due
        ), 0) as fee_paid,
        penalty_after - penalty_due + greatest(least(
            cash_here
            - case when fee_rank < penalty_rank then fee_due else 0 end
            - case when interest_rank < penalty_rank then interest_due else 0 end
            - case when principal_rank < penalty_rank then principal_due else 0 end,
            penalty_due
        ), 0) as penalty_paid
    from reached
),

-- What had fallen due before the state date, and on it: instalments due on the day itself are not late.
fallen_due as (
    select
        short.loan_no,
        short.version,
        short.state_date,
        sum(case when lines.due_on < short.state_date then lines.principal_due else 0 end) as principal_before,
        sum(case when lines.due_on < short.state_date then lines.interest_due else 0 end) as interest_before,
        sum(case when lines.due_on < short.state_date then lines.fee_due else 0 end) as fee_before,
        sum(lines.penalty_due) as penalty_until,
        sum(lines.principal_due + lines.interest_due) as aged_until,
        sum(
            case when lines.due_on = short.state_date then lines.principal_due + lines.interest_due else 0 end
        ) as aged_today,
        sum(case when lines.due_on < short.state_date and lines.is_aged then 1 else 0 end) as aged_lines_before
    from short
    inner join lines
        on short.loan_no = lines.loan_no
        and short.version = lines.version
        and lines.due_on <= short.state_date
    group by short.loan_no, short.version, short.state_date
)

select
    paid.loan_no,
    paid.version,
    paid.state_date,
    case when paid.oldest_unpaid_due < paid.state_date then paid.oldest_unpaid_due end as oldest_unpaid_due,
    paid.principal_paid,
    greatest(fallen_due.principal_before - paid.principal_paid, 0) as overdue_principal,
    greatest(fallen_due.interest_before - paid.interest_paid, 0) as overdue_interest,
    greatest(fallen_due.fee_before - paid.fee_paid, 0) as overdue_fee,
    greatest(fallen_due.penalty_until - paid.penalty_paid, 0) as residual_penalty,
    greatest(fallen_due.aged_lines_before - paid.aged_lines_settled, 0) as instalments_past_due,
    greatest(
        least(fallen_due.aged_today, fallen_due.aged_until - paid.principal_paid - paid.interest_paid), 0
    ) as due_today_unpaid
from paid
inner join fallen_due
    on paid.loan_no = fallen_due.loan_no
    and paid.version = fallen_due.version
    and paid.state_date = fallen_due.state_date
