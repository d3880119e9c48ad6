-- One row per age band and severity: findings open on the date looked at, and of them those past their due date (14.1).
with findings as (
    select
        severity,
        $as_of - issued_on as age_days,
        current_due_on < $as_of as is_overdue,
        exposure
    from scoped_findings($branches, $products)
    where issued_on <= $as_of and (closed_on is null or closed_on > $as_of)
),

bands as (
    select
        *,
        finding_age_band(age_days) as age_band
    from findings
)

select
    age_band,
    severity,
    count(*) as open_count,
    count(*) filter (where is_overdue) as overdue_count,
    sum(exposure) as exposure
from bands
group by age_band, severity
order by min(age_days), severity
