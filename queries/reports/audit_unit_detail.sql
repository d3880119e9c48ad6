-- One row, or none outside the scope: everything about one auditable unit at the month end.
select *
from scoped_audit_unit_months($branches, $products)
where month_end = $month_end and unit_id = $unit_id
