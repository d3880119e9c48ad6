-- One row per promise that counts at the month end, as made or as told: what is summed of it (section 7).
select *
from scoped_promise_months($branches, $products)
where month_end = $month_end
