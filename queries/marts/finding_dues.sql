-- One row per finding and per action agreed on one: what has to be done by whom and by when, and the day it ended, if it
-- did (14.1). An action ends with its finding at the latest.
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
    findings.product,
    findings.issued_on,
    findings.current_due_on as due_on,
    findings.closed_on as ended_on,
    findings.extensions,
    findings.exposure
from marts.findings as findings
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
    findings.product,
    findings.issued_on,
    actions.due_on,
    least(actions.done_on, findings.closed_on) as ended_on,
    0 as extensions,
    0 as exposure
from marts.finding_actions as actions
inner join marts.findings as findings on actions.finding_id = findings.finding_id
order by due_on, finding_id, item_id
