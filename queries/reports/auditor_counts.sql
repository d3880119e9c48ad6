-- One row per person on the staff at the month end, and whether an auditor (14.1).
select *
from scoped_auditor_months($branches, $products)
where month_end = $month_end
