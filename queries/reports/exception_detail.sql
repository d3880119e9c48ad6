-- One row, or none outside the scope: one exception of a re-performance test.
select *
from scoped_audit_exceptions($branches, $products)
where exception_id = $exception_id
