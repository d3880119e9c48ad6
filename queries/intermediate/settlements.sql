-- One row per loan and instalment of the schedule version in force on the data's last day: the day on which the
-- last cent of its aged amount had come in, for good. Instalments and cash are merged on their running totals:
-- the earliest day on which the cash kept reaches the instalment's total is the least day among the rows above it.
with lines as (
    select schedule.*
    from intermediate.schedule as schedule
    inner join intermediate.loan_ends as ends
        on schedule.loan_id = ends.loan_id and schedule.version = ends.latest_version
),

merged as (
    select
        loan_id,
        cash_kept as amount,
        moved_on,
        cast(null as bigint) as line_no
    from intermediate.cash
    union all
    select
        loan_id,
        settled_at - tolerance as amount,
        cast(null as date) as moved_on,
        line_no
    from lines
),

placed as (
    select
        loan_id,
        line_no,
        min(moved_on) over (
            partition by loan_id
            order by amount desc, case when line_no is null then 0 else 1 end
            rows between unbounded preceding and current row
        ) as covered_on
    from merged
)

select
    lines.loan_id,
    lines.version,
    lines.line_no,
    lines.seq,
    lines.due_on,
    lines.principal_due,
    lines.interest_due,
    lines.fee_due,
    lines.penalty_due,
    lines.due,
    lines.aged_due,
    lines.cash_before,
    lines.principal_from,
    lines.interest_from,
    lines.fee_from,
    lines.penalty_from,
    ends.closed_on,
    case
        when ends.closed_on is not null then least(coalesce(placed.covered_on, ends.closed_on), ends.closed_on)
        when lines.due_on > build.as_of then null
        when lines.aged_due <= lines.tolerance then lines.due_on
        else placed.covered_on
    end as settled_on
from placed
inner join lines on placed.loan_id = lines.loan_id and placed.line_no = lines.line_no
inner join intermediate.loan_ends as ends on lines.loan_id = ends.loan_id
cross join raw.build as build
