-- One row per month end: default cases closed in the month with a plan, and the days from default to plan, the middle and
-- the slowest tenth (10).
select
    month_end,
    sum(planned_count) as planned,
    quantile_cont(plan_days, 0.5) as days_median,
    quantile_cont(plan_days, 0.9) as days_p90
from scoped_result_rows($branches, $products)
where month_end between $first and $month_end and planned_count = 1
group by month_end
order by month_end
