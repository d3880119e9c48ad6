-- One row per rule of early warning that is in force at the date, as the build used it.
select
    rules.rule_id,
    rules.family,
    rules.subject,
    rules.name,
    coalesce(rules.name_zh, rules.name) as name_zh,
    rules.condition,
    rules.shown,
    rules.threshold,
    rules.points,
    rules.is_hard,
    rules.age,
    rules.severity,
    coalesce(rules.segment, '') as segment,
    rules.overrides,
    rules.valid_from,
    rules.valid_to,
    rules.source,
    rules.owner,
    rules.is_default
from book_signal_rules() as rules
where $as_of between rules.valid_from and rules.valid_to
order by rules.rule_id, rules.valid_from
