-- One row per exception of the re-performance tests on some loans, newest first.
select
    exception_id,
    test_id,
    kind,
    loan_id,
    happened_on,
    reference,
    recorded,
    recomputed,
    amount
from scoped_audit_exceptions($branches, $products)
where loan_id in (select unnest($loans)) and happened_on <= $as_of
order by happened_on desc, exception_id
