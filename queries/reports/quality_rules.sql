-- One row per data quality rule: tested, failed, score; nothing tested has no score (15.1).
select
    rule_id,
    dimension,
    title,
    title_zh,
    severity,
    tested,
    failed,
    score
from book_quality()
order by severity, score nulls last, rule_id
