-- One row per issue of data quality opened by the month end: what the age and the fixes on time count (15.1).
select *
from scoped_quality_issue_months($branches, $products)
where month_end = $month_end
