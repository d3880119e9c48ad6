-- One row per data quality rule with something to test at the month end: what the score sums (15.1).
select *
from scoped_quality_months($branches, $products)
where month_end = $month_end
