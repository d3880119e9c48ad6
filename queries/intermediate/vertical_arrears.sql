-- One row per vertical loan, stretch under one schedule and state date on which less cash had come in than had
-- fallen due: as in arrears.sql, by the vertical scope.
with short as (
    select
        positions.loan_no,
        positions.version,
        positions.state_date
    from intermediate.positions as positions
    inner join intermediate.loan_rules as rules on positions.loan_no = rules.loan_no
    where rules.alloc_scope <> 'HORIZONTAL' and positions.cash_held < positions.cash_due
),

owed as (
    select
        short.loan_no,
        short.version,
        short.state_date,
        lines.line_no,
        lines.due_on,
        lines.component,
        lines.is_aged,
        rules.tolerance,
        greatest(least(coalesce(days.paid, 0) - lines.due_after + lines.due, lines.due), 0) as paid,
        lines.due - greatest(
            least(coalesce(days.paid, 0) - lines.due_after + lines.due, lines.due), 0
        ) as unpaid
    from short
    inner join intermediate.loan_rules as rules on short.loan_no = rules.loan_no
    inner join intermediate.vertical_lines as lines
        on short.loan_no = lines.loan_no
        and short.version = lines.version
        and lines.due_on <= short.state_date
    left join intermediate.vertical_days as days
        on lines.loan_no = days.loan_no
        and lines.version = days.version
        and lines.component = days.component
        and days.day <= short.state_date
        and short.state_date < days.next_day
),

by_line as (
    select
        loan_no,
        version,
        state_date,
        line_no,
        due_on,
        sum(case when is_aged then unpaid else 0 end) > max(tolerance) as is_unpaid,
        sum(case when component = 'principal' then paid else 0 end) as principal_paid,
        sum(case when component = 'principal' then unpaid else 0 end) as principal_unpaid,
        sum(case when component = 'interest' then unpaid else 0 end) as interest_unpaid,
        sum(case when component = 'fee' then unpaid else 0 end) as fee_unpaid,
        sum(case when component = 'penalty' then unpaid else 0 end) as penalty_unpaid
    from owed
    group by loan_no, version, state_date, line_no, due_on
)

select
    loan_no,
    version,
    state_date,
    min(case when is_unpaid and due_on < state_date then due_on end) as oldest_unpaid_due,
    sum(principal_paid) as principal_paid,
    sum(case when due_on < state_date then principal_unpaid else 0 end) as overdue_principal,
    sum(case when due_on < state_date then interest_unpaid else 0 end) as overdue_interest,
    sum(case when due_on < state_date then fee_unpaid else 0 end) as overdue_fee,
    sum(penalty_unpaid) as residual_penalty,
    sum(case when is_unpaid and due_on < state_date then 1 else 0 end) as instalments_past_due,
    sum(case when due_on = state_date then principal_unpaid + interest_unpaid else 0 end) as due_today_unpaid
from by_line
group by loan_no, version, state_date
