-- One row per month end, branch, product, severity, department, cause and auditable unit: findings issued, open, overdue and due (14.1);
-- and of the same one row per branch and product of the loans behind open findings, with nothing but their balance.
-- On time means verified by the original due date; overdue means open past the current one. A risk accepted is
-- neither open nor overdue. Exposure is the balance, at that month end, of the loans behind open findings. Columns ..._12m
-- look at the twelve months to the month end: what fell due in them by its original date, what of it was closed by now
-- and what in time, what was issued and of it repeated, and how often a remedy was looked at and how often it failed.
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
        findings.closed_on is null or findings.closed_on > months.month_end as is_open,
        findings.due_on <= months.month_end and findings.due_on > months.year_ago as is_due_12m,
        findings.issued_on > months.year_ago as is_issued_12m,
        findings.verified_on <= months.month_end and findings.verified_on > months.year_ago as is_verified_12m,
        findings.rejected_on <= months.month_end and findings.rejected_on > months.year_ago as is_failed_12m
    from findings
    inner join months on last_day(findings.issued_on) <= months.month_end
),

-- Findings count as such, and beside them every branch and product of the loans behind open ones.
rows_counted as (
    select
        *,
        true as is_finding,
        cast(null as varchar) as loan_branch,
        cast(null as varchar) as loan_product,
        0 as exposure
    from followed
    union all
    select
        followed.*,
        false as is_finding,
        exposures.loan_branch,
        exposures.loan_product,
        exposures.exposure
    from followed
    inner join marts.finding_exposures as exposures
        on followed.finding_id = exposures.finding_id and followed.month_end = exposures.month_end
    where followed.is_open
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
    loan_branch,
    loan_product,
    count(*) filter (where is_finding and last_day(issued_on) = month_end) as issued,
    count(*) filter (where is_finding and is_open) as open_count,
    count(*) filter (where is_finding and is_open and current_due_on < month_end) as overdue_count,
    sum(exposure) as exposure,
    count(*) filter (where is_finding and last_day(due_on) = month_end) as due_in_month,
    count(*) filter (where is_finding and last_day(due_on) = month_end and verified_on <= due_on) as on_time_in_month,
    count(*) filter (where is_finding and is_due_12m) as due_12m,
    count(*) filter (where is_finding and is_due_12m and verified_on <= due_on) as on_time_12m,
    sum(case when is_finding and is_due_12m then severity_weight else 0 end) as severity_due_12m,
    sum(
        case when is_finding and is_due_12m and verified_on <= due_on then severity_weight else 0 end
    ) as severity_on_time_12m,
    count(*) filter (where is_finding and is_due_12m and verified_on <= month_end) as rectified_12m,
    count(*) filter (where is_finding and is_issued_12m) as issued_12m,
    count(*) filter (where is_finding and is_issued_12m and is_repeat) as repeated_12m,
    count(*) filter (where is_finding and is_verified_12m)
    + count(*) filter (where is_finding and is_failed_12m) as verified_12m,
    count(*) filter (where is_finding and is_failed_12m) as failed_12m
from rows_counted
group by all
order by month_end, department_id
