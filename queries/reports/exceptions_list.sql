-- One row per re-performance test, loan and month end at which the record and the recomputation differ (14.2).
select
    test_id || ' ' || loan_id || ' ' || month_end as exception_id,
    test_id,
    loan_id,
    month_end,
    branch,
    product,
    recorded,
    recomputed,
    difference
from scoped_exceptions($branches, $products)
where month_end <= $as_of and ($test_id = '' or test_id = $test_id)
