-- One row per borrower of those asked for of whom a loan is in view: who it is, and the signals in view that are in force
-- at the month end: the rules, the heaviest first, each with the value that tripped it, and the value of $rule.
with asked as (select unnest($numbers) as borrower_id),

signals as (
    select
        borrower_id,
        rule_id,
        max(points) as points,
        max(value) as value
    from scoped_signal_hits($branches, $products)
    where month_end = $month_end and borrower_id in (select asked.borrower_id from asked)
    group by borrower_id, rule_id
),

told as (
    select
        borrower_id,
        string_agg(rule_id, ',' order by points desc, rule_id) as rules,
        string_agg(rule_id || '=' || coalesce(value, ''), ' · ' order by points desc, rule_id) as signal_values,
        max(case when rule_id = $rule then value end) as value
    from signals
    group by borrower_id
)

select
    known.borrower_id,
    known.name,
    told.rules,
    told.signal_values,
    told.value
from scoped_named_borrowers($branches, $products, $numbers) as known
left join told on known.borrower_id = told.borrower_id
