-- One row per loan that was past due when the month began, with what came in on it (section 7).
select *
from scoped_overdue_recoveries($branches, $products)
where month_end = $month_end
