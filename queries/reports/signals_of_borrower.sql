-- One row per signal of one borrower, or of a loan of it in view, at the month end, the weightiest first.
select
    hits.rule_id,
    hits.family,
    rules.name,
    coalesce(rules.name_zh, rules.name) as name_zh,
    rules.severity,
    hits.loan_id,
    hits.value,
    hits.number,
    rules.threshold,
    hits.points,
    hits.is_hard,
    hits.since
from scoped_signal_hits($branches, $products) as hits
inner join book_signal_rules() as rules on hits.rule_no = rules.rule_no
where hits.borrower_id = $borrower_id and hits.month_end = $month_end
order by hits.is_hard desc, hits.points desc, hits.rule_id, hits.loan_id
