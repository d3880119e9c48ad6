-- One row per audit finding and month end looked at: what the cube of findings counts, one by one (14.1).
with findings as (
    select *
    from scoped_findings($branches, $products)
    where status <> 'draft' and last_day(issued_on) <= $month_end
),

seen as (
    select
        *,
        closed_on is null or closed_on > $month_end as is_open
    from findings
)

select
    $month_end as month_end,
    finding_id,
    title,
    title_zh,
    severity,
    department_id,
    branch,
    product,
    issued_on,
    due_on,
    current_due_on,
    closed_on,
    case when last_day(issued_on) = $month_end then 1 else 0 end as issued,
    case when is_open then 1 else 0 end as open_count,
    case when is_open and current_due_on < $month_end then 1 else 0 end as overdue_count,
    case when is_open then exposure else 0 end as exposure,
    case when last_day(due_on) = $month_end then 1 else 0 end as due_in_month,
    case when last_day(due_on) = $month_end and closed_on <= due_on then 1 else 0 end as on_time_in_month,
    case when last_day(due_on) = $month_end and closed_on <= $month_end then 1 else 0 end as rectified_in_month,
    case when last_day(due_on) = $month_end then severity_weight else 0 end as severity_due,
    case
        when last_day(due_on) = $month_end and closed_on <= due_on then severity_weight else 0
    end as severity_on_time
from seen
