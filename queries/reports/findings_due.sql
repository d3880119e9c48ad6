-- One row per finding or agreed action that is open on the date looked at and falls due up to 90 days after it, or was
-- due before: what, of whom, by when, and how many days are left.
with findings as (
    select *
    from scoped_findings($branches, $products)
    where issued_on <= $as_of and (closed_on is null or closed_on > $as_of)
),

actions as (
    select *
    from scoped_finding_actions($branches, $products)
    where done_on is null or done_on > $as_of
),

due as (
    select
        findings.finding_id,
        'finding' as what,
        findings.finding_id as item_id,
        findings.title,
        findings.title_zh,
        '' as action,
        '' as owner,
        findings.severity,
        findings.severity_weight,
        findings.department,
        findings.department_zh,
        findings.branch,
        findings.current_due_on as due_on,
        findings.extensions,
        findings.exposure
    from findings
    union all
    select
        findings.finding_id,
        'action' as what,
        actions.action_id as item_id,
        findings.title,
        findings.title_zh,
        actions.action,
        actions.owner,
        findings.severity,
        findings.severity_weight,
        findings.department,
        findings.department_zh,
        findings.branch,
        actions.due_on,
        0 as extensions,
        0 as exposure
    from findings
    inner join actions on findings.finding_id = actions.finding_id
)

select
    *,
    due_on - $as_of as days_left,
    case
        when due_on < $as_of then 'past'
        when due_on <= $as_of + 7 then 'week'
        when due_on <= $as_of + 30 then 'month'
        else 'quarter'
    end as due_when
from due
where due_on <= $as_of + 90
order by due_on, severity_weight desc, item_id
