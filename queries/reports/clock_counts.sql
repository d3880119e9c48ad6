-- One row per legal clock that had begun by the month end, with the money at risk or lost by it (12.2).
select *
from scoped_clock_months($branches, $products)
where month_end = $month_end
