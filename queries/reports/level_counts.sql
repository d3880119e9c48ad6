-- One row per month end from $first on and level of warning: how many borrowers on the book have it.
select
    month_end,
    level,
    sum(borrowers) as borrowers
from scoped_warning_months($branches, $products)
where month_end between $first and $month_end
group by month_end, level
order by month_end, level
