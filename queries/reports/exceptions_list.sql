-- One row per exception of the re-performance tests: test, loan, month end or event, recorded and recomputed (14.2).
select
    exception_id,
    test_id,
    kind,
    loan_id,
    happened_on,
    month_end,
    reference,
    branch,
    product,
    officer_id,
    recorded,
    recomputed,
    difference,
    amount
from scoped_audit_exceptions($branches, $products)
where happened_on <= $as_of
    and ($test_id = '' or test_id = $test_id)
    and ($officer_id = '' or officer_id = $officer_id)
    and ($kind = '' or kind = $kind)
    and ($month = '' or month_end = cast($month as date))
