-- One row per audit known at the month end, of one unit or of all: the plan, what was carried out, how late, and how many
-- findings it issued (14.1). Late ones first, then by their planned end.
with issued as (
    select
        engagement_id,
        count(*) as findings
    from scoped_findings($branches, $products)
    where issued_on <= $as_of
    group by engagement_id
)

select
    audits.*,
    coalesce(staff.name, audits.lead_auditor) as lead_name,
    coalesce(issued.findings, 0) as findings
from scoped_audit_plan_months($branches, $products) as audits
left join book_staff() as staff on audits.lead_auditor = staff.staff_id
left join issued on audits.engagement_id = issued.engagement_id
where audits.month_end = $month_end
    and ($department_id = '' or audits.department_id = $department_id)
    and ($unit_id = '' or audits.unit_id = $unit_id)
    and ($plan_year = 0 or audits.plan_year = $plan_year)
    and case $state
        when 'all' then true
        when 'open' then audits.audit_standing in ('late', 'in_progress', 'planned')
        else audits.audit_standing = $state
    end
order by
    case audits.audit_standing when 'late' then 1 when 'in_progress' then 2 when 'planned' then 3 else 4 end,
    coalesce(audits.reported_on, audits.cancelled_on) desc nulls first,
    audits.planned_to,
    audits.engagement_id
