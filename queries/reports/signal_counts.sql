-- One row per rule in force at the month end: on how many borrowers it holds, how many of them are new, and a month before.
with rules as (
    select
        rule_id,
        any_value(family) as family,
        any_value(name) as name,
        any_value(coalesce(name_zh, name)) as name_zh,
        any_value(severity) as severity
    from book_signal_rules()
    where $month_end between valid_from and valid_to
    group by rule_id
),

counts as (
    select
        rule_id,
        sum(case when month_end = $month_end then borrowers end) as borrowers,
        sum(case when month_end = $month_end then loans end) as loans,
        sum(case when month_end = $month_end then new_borrowers end) as new_borrowers,
        sum(case when month_end < $month_end then borrowers end) as borrowers_before,
        sum(case when month_end = $month_end then points end) as points
    from scoped_rule_months($branches, $products)
    where month_end in ($month_end, $before)
    group by rule_id
)

select
    rules.rule_id,
    rules.family,
    rules.name,
    rules.name_zh,
    rules.severity,
    coalesce(counts.borrowers, 0) as borrowers,
    coalesce(counts.loans, 0) as loans,
    coalesce(counts.new_borrowers, 0) as new_borrowers,
    coalesce(counts.borrowers_before, 0) as borrowers_before,
    coalesce(counts.points, 0) as points
from rules
left join counts on rules.rule_id = counts.rule_id
order by rules.rule_id
