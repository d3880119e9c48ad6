-- One row per loan and instalment of the schedule version in force on the data's last day: the day on which the
-- last cent of its aged amount had come in, for good. Instalments and cash are merged on their running totals:
-- the earliest day on which the cash kept reaches the instalment's total is the least day among the rows above it.
with lines as (
    select
        schedule.loan_no,
        schedule.version,
        schedule.line_no,
        schedule.due_on,
        schedule.is_aged,
        schedule.settled_at,
        ends.closed_on
    from intermediate.schedule as schedule
    inner join intermediate.loan_ends as ends
        on schedule.loan_no = ends.loan_no and schedule.version = ends.latest_version
    cross join raw.build as build
    where schedule.due_on <= build.as_of or ends.closed_on is not null
),

merged as (
    select
        loan_no,
        cash_kept as amount,
        moved_on,
        cast(null as bigint) as line_no,
        cast(null as bigint) as version,
        cast(null as date) as due_on,
        cast(null as boolean) as is_aged,
        cast(null as date) as closed_on
    from intermediate.cash
    union all
    select
        loan_no,
        settled_at as amount,
        cast(null as date) as moved_on,
        line_no,
        version,
        due_on,
        is_aged,
        closed_on
    from lines
),

placed as (
    select
        loan_no,
        version,
        line_no,
        due_on,
        is_aged,
        closed_on,
        min(moved_on) over (
            partition by loan_no
            order by amount desc, case when line_no is null then 0 else 1 end
            rows between unbounded preceding and current row
        ) as covered_on
    from merged
)

select
    placed.loan_no,
    placed.version,
    placed.line_no,
    placed.due_on,
    placed.is_aged,
    case
        when placed.closed_on is not null
            then least(coalesce(vertical.settled_on, placed.covered_on, placed.closed_on), placed.closed_on)
        when not placed.is_aged then placed.due_on
        when rules.alloc_scope <> 'HORIZONTAL' then vertical.settled_on
        else placed.covered_on
    end as settled_on
from placed
inner join intermediate.loan_rules as rules on placed.loan_no = rules.loan_no
left join intermediate.vertical_instalments as vertical
    on placed.loan_no = vertical.loan_no
    and placed.version = vertical.version
    and placed.line_no = vertical.line_no
where placed.line_no is not null
