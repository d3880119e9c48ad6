-- One row per audit finding that was issued (a draft is the auditors' own), with its weight, its department's name, and the loans and balance behind it (14.1).
-- A finding of head office has branch ''; findings belong to no product ('').
-- A risk accepted is neither open nor put right: it ends on the day of its acceptance, without one on the data's last day;
-- verified_on is the day of what was put right.
-- A repeat is one that names an earlier finding, or follows within 24 months on one that was closed, of the same cause in
-- the same auditable unit, or in the same department and branch.
with linked as (
    select
        finding_id,
        count(*) as loan_count,
        sum(balance) as exposure
    from marts.finding_loans
    group by finding_id
),

again as (
    select distinct later.finding_id
    from raw.findings as later
    inner join raw.findings as earlier
        on later.cause = earlier.cause
        and (
            later.unit_id = earlier.unit_id
            or (
                later.department_id = earlier.department_id
                and coalesce(later.branch, '') = coalesce(earlier.branch, '')
            )
        )
        and earlier.closed_on < later.issued_on
        and earlier.closed_on >= cast(later.issued_on - interval 24 month as date)
    where earlier.status <> 'draft'
)

select
    findings.finding_id,
    findings.title,
    coalesce(findings.title_zh, findings.title) as title_zh,
    findings.severity,
    case findings.severity when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1 end as severity_weight,
    findings.status,
    coalesce(homes.department_id, findings.department_id) as department_id,
    coalesce(departments.name, findings.department_id) as department,
    coalesce(departments.name_zh, departments.name, findings.department_id) as department_zh,
    coalesce(findings.branch, '') as branch,
    '' as product,
    findings.cause,
    findings.unit_id,
    units.unit,
    units.unit_zh,
    findings.engagement_id,
    findings.issued_on,
    findings.due_on,
    coalesce(findings.current_due_on, findings.due_on) as current_due_on,
    coalesce(findings.closed_on, case when findings.status = 'risk_accepted' then build.as_of end) as closed_on,
    case when findings.status <> 'risk_accepted' then findings.closed_on end as verified_on,
    coalesce(findings.extensions, 0) as extensions,
    findings.repeat_of,
    findings.repeat_of is not null or again.finding_id is not null as is_repeat,
    findings.rejected_on,
    coalesce(linked.loan_count, 0) as loan_count,
    coalesce(linked.exposure, 0) as exposure
from raw.findings as findings
cross join raw.build as build
left join intermediate.department_homes as homes on findings.department_id = homes.recorded_id
left join marts.departments as departments on homes.department_id = departments.department_id
left join marts.auditable_units as units on findings.unit_id = units.unit_id
left join again on findings.finding_id = again.finding_id
left join linked on findings.finding_id = linked.finding_id
where findings.status <> 'draft'
order by findings.issued_on, findings.finding_id
