-- One row per thing that the departments' figures count at the month end (10, 11.1, 12.2, 13).
select *
from scoped_result_rows($branches, $products)
where month_end = $month_end
