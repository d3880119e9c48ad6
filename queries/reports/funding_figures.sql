-- One row per month end from `$first` to `$month_end` that a plan of the bank had been reported by: its figures and lines.
select *
from scoped_funding_figures($branches, $products)
where month_end between $first and $month_end
order by month_end
