-- One row per month end, branch, product, severity and department: findings issued, open, overdue and due (14.1).
-- On time means verified by the original due date; overdue means open past the current one. A risk accepted is
-- neither open nor overdue. Exposure is the balance, on the data's last date, of the loans behind open findings.
with months as (
    select distinct month_end
    from raw.calendar
    cross join raw.build as build
    where month_end <= last_day(build.as_of)
),

findings as (
    select *
    from marts.findings
),

followed as (
    select
        months.month_end,
        findings.*,
        findings.closed_on is null or findings.closed_on > months.month_end as is_open
    from findings
    inner join months on last_day(findings.issued_on) <= months.month_end
)

select
    month_end,
    branch,
    product,
    severity,
    department_id,
    department,
    department_zh,
    sum(case when last_day(issued_on) = month_end then 1 else 0 end) as issued,
    sum(case when is_open then 1 else 0 end) as open_count,
    sum(case when is_open and current_due_on < month_end then 1 else 0 end) as overdue_count,
    sum(case when is_open then exposure else 0 end) as exposure,
    sum(case when last_day(due_on) = month_end then 1 else 0 end) as due_in_month,
    sum(case when last_day(due_on) = month_end and closed_on <= due_on then 1 else 0 end) as on_time_in_month,
    sum(case when last_day(due_on) = month_end and closed_on <= month_end then 1 else 0 end) as rectified_in_month,
    sum(case when last_day(due_on) = month_end then severity_weight else 0 end) as severity_due,
    sum(
        case when last_day(due_on) = month_end and closed_on <= due_on then severity_weight else 0 end
    ) as severity_on_time
from followed
group by month_end, branch, product, severity, department_id, department, department_zh
order by month_end, department_id
