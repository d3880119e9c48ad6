-- One row per year of the audit plan, the newest first, as it stood at the month end: audits planned, how they stand, those
-- added outside the plan, and days planned and spent on the planned ones that are reported (14.1).
select
    plan_year,
    sum(case when is_planned then 1 else 0 end) as planned,
    sum(case when is_planned and audit_standing = 'reported' then 1 else 0 end) as reported,
    sum(case when is_planned and reported_on <= planned_to then 1 else 0 end) as on_time,
    sum(case when is_planned and audit_standing = 'in_progress' then 1 else 0 end) as in_progress,
    sum(case when is_planned and audit_standing = 'planned' then 1 else 0 end) as ahead,
    sum(case when is_planned and audit_standing = 'late' then 1 else 0 end) as late,
    sum(case when is_planned and audit_standing = 'cancelled' then 1 else 0 end) as cancelled,
    sum(case when is_planned then 0 else 1 end) as unplanned,
    sum(case when is_planned and days_spent is not null then planned_days end) as planned_days,
    sum(case when is_planned and planned_days is not null then days_spent end) as days_spent
from scoped_audit_plan_months($branches, $products)
where month_end = $month_end
    and plan_year is not null
    and ($department_id = '' or department_id = $department_id)
group by plan_year
order by plan_year desc
