-- One row per loan and bucket that it entered, told at the month end: what contact coverage sums (section 7).
select *
from scoped_bucket_entries($branches, $products)
where month_end = $month_end
