-- One row per audit known at the month end, with what the figures of the plan sum of it (14.1).
select *
from scoped_audit_plan_months($branches, $products)
where month_end = $month_end
