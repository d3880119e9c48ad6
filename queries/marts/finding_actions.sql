-- One row per action agreed on a finding, with the finding's branch and product.
select
    actions.action_id,
    actions.finding_id,
    actions.action,
    coalesce(actions.action_zh, actions.action) as action_zh,
    actions.owner,
    actions.due_on,
    actions.done_on,
    actions.verified_on,
    actions.evidence,
    findings.branch,
    findings.product
from raw.finding_actions as actions
inner join marts.findings as findings on actions.finding_id = findings.finding_id
order by actions.finding_id, actions.due_on
