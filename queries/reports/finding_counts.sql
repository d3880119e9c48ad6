-- One row per audit finding and month end looked at: what the cube of findings counts, one by one (14.1).
with findings as (
    select *
    from scoped_findings($branches, $products)
    where status <> 'draft' and last_day(issued_on) <= $month_end
),

exposures as (
    select
        finding_id,
        sum(exposure) as exposure
    from scoped_finding_exposures($branches, $products)
    where month_end = $month_end
    group by finding_id
),

seen as (
    select
        findings.* exclude (exposure, cause, unit_id),
        coalesce(findings.cause, 'unknown') as cause,
        coalesce(findings.unit_id, 'unknown') as unit_id,
        coalesce(exposures.exposure, 0) as exposure,
        closed_on is null or closed_on > $month_end as is_open,
        coalesce(due_on <= $month_end and due_on > last_day(cast($month_end - interval 12 month as date)), false) as is_due_12m,
        issued_on > last_day(cast($month_end - interval 12 month as date)) as is_issued_12m,
        coalesce(verified_on <= $month_end and verified_on > last_day(cast($month_end - interval 12 month as date)), false) as is_verified_12m,
        coalesce(rejected_on <= $month_end and rejected_on > last_day(cast($month_end - interval 12 month as date)), false) as is_failed_12m
    from findings
    left join exposures on findings.finding_id = exposures.finding_id
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
    cause,
    unit_id,
    issued_on,
    due_on,
    current_due_on,
    closed_on,
    case when last_day(issued_on) = $month_end then 1 else 0 end as issued,
    case when is_open then 1 else 0 end as open_count,
    case when is_open and current_due_on < $month_end then 1 else 0 end as overdue_count,
    case when is_open then exposure else 0 end as exposure,
    case when last_day(due_on) = $month_end then 1 else 0 end as due_in_month,
    case when last_day(due_on) = $month_end and verified_on <= due_on then 1 else 0 end as on_time_in_month,
    case when is_due_12m then 1 else 0 end as due_12m,
    case when is_due_12m and verified_on <= due_on then 1 else 0 end as on_time_12m,
    case when is_due_12m then severity_weight else 0 end as severity_due_12m,
    case when is_due_12m and verified_on <= due_on then severity_weight else 0 end as severity_on_time_12m,
    case when is_due_12m and verified_on <= $month_end then 1 else 0 end as rectified_12m,
    case when is_issued_12m then 1 else 0 end as issued_12m,
    case when is_issued_12m and is_repeat then 1 else 0 end as repeated_12m,
    case when is_verified_12m then 1 else 0 end + case when is_failed_12m then 1 else 0 end as verified_12m,
    case when is_failed_12m then 1 else 0 end as failed_12m
from seen
