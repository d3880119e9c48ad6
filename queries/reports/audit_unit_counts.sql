-- One row per auditable unit at the month end: what the figures of the audit universe sum (14.1).
select *
from scoped_audit_unit_months($branches, $products)
where month_end = $month_end
