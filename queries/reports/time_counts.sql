-- One row per case whose time became known in the month: what medians and percentiles are taken of (16, 17).
select *
from scoped_case_times($branches, $products)
where month_end = $month_end
