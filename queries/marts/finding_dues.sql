-- One row per finding and per action agreed on one: what has to be done by whom and by when, and the day it ended, if it
-- did (14.1). An action ends with its finding at the latest.
with items as (
    select
        finding_id,
        'finding' as what,
        finding_id as item_id,
        '' as action,
        '' as action_zh,
        '' as owner,
        current_due_on as due_on,
        cast(null as date) as done_on,
        extensions,
        exposure
    from marts.findings
    union all
    select
        finding_id,
        'action' as what,
        action_id as item_id,
        action,
        action_zh,
        owner,
        due_on,
        done_on,
        0 as extensions,
        0 as exposure
    from marts.finding_actions
)

select
    items.finding_id,
    items.what,
    items.item_id,
    findings.title,
    findings.title_zh,
    items.action,
    items.action_zh,
    items.owner,
    findings.severity,
    findings.severity_weight,
    findings.department,
    findings.department_zh,
    findings.branch,
    findings.product,
    findings.issued_on,
    items.due_on,
    least(items.done_on, findings.closed_on) as ended_on,
    items.extensions,
    items.exposure
from items
inner join marts.findings as findings on items.finding_id = findings.finding_id
order by items.due_on, items.finding_id, items.item_id
