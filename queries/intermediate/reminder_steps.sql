-- One row per loan, due day and step of the contact strategy that goes before it, paid before or not, and the day on which
-- what was due then had come in; where the step says so, only of loans that had been late within so many days before it
-- begins. By the schedule in force on the data's last day, and a month beyond, where lists of what is next look.
with steps as (
    select *
    from marts.contact_strategy
    where from_days < 1
),

horizon as (
    select cast(as_of + interval 31 day as date) as last_day
    from raw.build
),

to_come as (
    select
        schedule.loan_no,
        schedule.line_no,
        schedule.due_on,
        schedule.settled_at
    from intermediate.schedule as schedule
    inner join intermediate.loan_ends as ends
        on schedule.loan_no = ends.loan_no
        and schedule.version = ends.latest_version
        and ends.closed_on is null
    cross join raw.build as build
    cross join horizon
    where schedule.is_aged
        and schedule.due_on > build.as_of
        and schedule.due_on <= horizon.last_day
        and exists (from steps)
),

-- What is paid ahead covers the instalments to come in their order, where one is paid whole before the next.
paid_ahead as (
    select
        to_come.loan_no,
        to_come.line_no,
        min(cash.moved_on) as settled_on
    from to_come
    inner join intermediate.loan_rules as rules on to_come.loan_no = rules.loan_no and rules.alloc_scope = 'HORIZONTAL'
    inner join intermediate.cash as cash
        on to_come.loan_no = cash.loan_no and cash.cash_kept >= to_come.settled_at
    group by to_come.loan_no, to_come.line_no
),

lines as (
    select
        loan_no,
        due_on,
        settled_on
    from intermediate.settlements
    where is_aged and exists (from steps)
    union all
    select
        to_come.loan_no,
        to_come.due_on,
        paid_ahead.settled_on
    from to_come
    left join paid_ahead on to_come.loan_no = paid_ahead.loan_no and to_come.line_no = paid_ahead.line_no
),

late_before as (
    select
        loans.loan_no,
        spells.clear_on
    from intermediate.late_spells as spells
    inner join intermediate.loan_rules as loans on spells.loan_id = loans.loan_id
    where spells.clear_on is not null
),

asked as (
    select
        lines.loan_no,
        loans.loan_id,
        loans.disbursed_on,
        lines.due_on as pay_on,
        steps.step_id,
        steps.valid_from,
        steps.late_within_days,
        cast(lines.due_on + steps.from_days * interval 1 day as date) as due_on,
        cast(lines.due_on + (steps.to_days + 1) * interval 1 day as date) as passed_on,
        lines.settled_on
    from lines
    inner join intermediate.loan_rules as loans on lines.loan_no = loans.loan_no
    inner join steps
        on loans.product = steps.product
        and cast(lines.due_on + steps.from_days * interval 1 day as date) between steps.valid_from and steps.valid_to
)

select
    asked.loan_id,
    asked.step_id,
    asked.valid_from,
    asked.due_on,
    asked.pay_on,
    asked.passed_on,
    asked.settled_on as cured_on
from asked
left join late_before
    on asked.loan_no = late_before.loan_no
    and late_before.clear_on <= asked.due_on
    and date_diff('day', late_before.clear_on, asked.due_on) < asked.late_within_days
where asked.due_on > asked.disbursed_on
    and (asked.late_within_days is null or late_before.loan_no is not null)
-- Of two lines on one day the last to come in, or the one that has not.
qualify
    row_number() over (
        partition by asked.loan_id, asked.step_id, asked.due_on order by asked.settled_on desc nulls first
    ) = 1
