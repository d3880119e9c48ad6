-- One row per vertical loan and instalment of the schedule in force on the data's last day that has fallen due: what
-- is paid of each component, and the day from which every aged component was paid for good.
with covered as (
    select
        lines.loan_no,
        lines.version,
        lines.line_no,
        lines.component,
        lines.due,
        lines.is_aged,
        greatest(least(max(days.paid_for_good) - max(lines.due_after) + lines.due, lines.due), 0) as paid,
        min(case when days.paid_for_good >= lines.due_after then days.day end) as covered_on
    from intermediate.vertical_lines as lines
    inner join intermediate.loan_ends as ends
        on lines.loan_no = ends.loan_no and lines.version = ends.latest_version
    cross join raw.build as build
    left join intermediate.vertical_days as days
        on lines.loan_no = days.loan_no
        and lines.version = days.version
        and lines.component = days.component
    where lines.due_on <= build.as_of
    group by lines.loan_no, lines.version, lines.line_no, lines.component, lines.due, lines.is_aged
)

select
    loan_no,
    version,
    line_no,
    sum(case when component = 'fee' then paid else 0 end) as fee_paid,
    sum(case when component = 'interest' then paid else 0 end) as interest_paid,
    sum(case when component = 'principal' then paid else 0 end) as principal_paid,
    sum(case when component = 'penalty' then paid else 0 end) as penalty_paid,
    case
        when sum(case when is_aged and due > 0 and covered_on is null then 1 else 0 end) = 0
            then max(case when is_aged and due > 0 then covered_on end)
    end as settled_on
from covered
group by loan_no, version, line_no
