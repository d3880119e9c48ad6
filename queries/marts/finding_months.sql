-- One row per month end, branch, product, severity, department, cause and auditable unit: findings issued, open, overdue and due (14.1).
-- On time means verified by the original due date; overdue means open past the current one. A risk accepted is
-- neither open nor overdue. Exposure is the balance, at that month end, of the loans behind open findings. Columns ..._12m
-- look at the twelve months to the month end: what fell due in them by its original date, what of it was closed by now,
-- what was issued and of it repeated, and how often a remedy was looked at and how often it failed.
with months as (
    select distinct
        month_end,
        last_day(cast(month_end - interval 12 month as date)) as year_ago
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
        findings.* exclude (exposure, cause, unit_id),
        coalesce(findings.cause, 'unknown') as cause,
        coalesce(findings.unit_id, 'unknown') as unit_id,
        coalesce(exposures.exposure, 0) as exposure,
        findings.closed_on is null or findings.closed_on > months.month_end as is_open,
        findings.due_on <= months.month_end and findings.due_on > months.year_ago as is_due_12m,
        findings.issued_on > months.year_ago as is_issued_12m,
        findings.verified_on <= months.month_end and findings.verified_on > months.year_ago as is_verified_12m,
        findings.rejected_on <= months.month_end and findings.rejected_on > months.year_ago as is_failed_12m
    from findings
    inner join months on last_day(findings.issued_on) <= months.month_end
    left join marts.finding_exposures as exposures
        on findings.finding_id = exposures.finding_id and months.month_end = exposures.month_end
)

select
    month_end,
    branch,
    product,
    severity,
    department_id,
    department,
    department_zh,
    cause,
    unit_id,
    sum(case when last_day(issued_on) = month_end then 1 else 0 end) as issued,
    sum(case when is_open then 1 else 0 end) as open_count,
    sum(case when is_open and current_due_on < month_end then 1 else 0 end) as overdue_count,
    sum(case when is_open then exposure else 0 end) as exposure,
    sum(case when last_day(due_on) = month_end then 1 else 0 end) as due_in_month,
    sum(case when last_day(due_on) = month_end and verified_on <= due_on then 1 else 0 end) as on_time_in_month,
    sum(case when last_day(due_on) = month_end then severity_weight else 0 end) as severity_due,
    sum(
        case when last_day(due_on) = month_end and verified_on <= due_on then severity_weight else 0 end
    ) as severity_on_time,
    sum(case when is_due_12m then 1 else 0 end) as due_12m,
    sum(case when is_due_12m and verified_on <= month_end then 1 else 0 end) as rectified_12m,
    sum(case when is_issued_12m then 1 else 0 end) as issued_12m,
    sum(case when is_issued_12m and is_repeat then 1 else 0 end) as repeated_12m,
    sum(case when is_verified_12m then 1 else 0 end) + sum(case when is_failed_12m then 1 else 0 end) as verified_12m,
    sum(case when is_failed_12m then 1 else 0 end) as failed_12m
from followed
group by month_end, branch, product, severity, department_id, department, department_zh, cause, unit_id
order by month_end, department_id
