-- One row per action agreed on a finding, by due date.
with findings as (
    select *
    from scoped_findings($branches, $products)
    where finding_id = $finding_id
),

actions as (select * from scoped_finding_actions($branches, $products))

select
    actions.action_id,
    actions.action,
    actions.action_zh,
    actions.owner,
    actions.due_on,
    actions.done_on,
    actions.verified_on,
    actions.evidence,
    coalesce(actions.due_on < least(coalesce(actions.done_on, $as_of), $as_of), false) as is_late
from findings
inner join actions on findings.finding_id = actions.finding_id
order by actions.due_on, actions.action_id
