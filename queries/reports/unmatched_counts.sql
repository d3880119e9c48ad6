-- One row per sum received that belonged to no known loan at the month end (11.1).
select *
from scoped_unmatched_months($branches, $products)
where month_end = $month_end
