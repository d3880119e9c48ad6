-- One row per product and month of the twelve after `$made_on`: what the loans on the book then were to pay by the
-- schedules in force then, and what those loans did pay, where the month has passed by the scope's month end.
select
    product,
    month_end,
    ahead,
    sum(principal_amount) as principal,
    sum(interest_amount) as interest,
    sum(due_amount) as due,
    case when month_end <= $month_end then sum(actual_amount) end as actual
from scoped_forecasts($branches, $products)
where forecast_on = $made_on
group by product, month_end, ahead
order by product, month_end
