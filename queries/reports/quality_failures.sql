-- One row per row in scope that fails a data quality rule: its loan, what stands there and what was expected (15.1).
select
    failure_id,
    rule_id,
    subject,
    loan_id,
    borrower_id,
    branch,
    product,
    happened_on,
    recorded,
    expected
from scoped_quality_failures($branches, $products)
where rule_id = $rule_id
