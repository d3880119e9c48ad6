-- One row per month end of the thirteen up to the scope's: promises made in the month, and those whose time was up in it by
-- what came of them, by number and amount (section 7).
select
    month_end,
    sum(made_count) as made_count,
    sum(made_amount) as made_amount,
    sum(kept_count) as kept_count,
    sum(partial_count) as partial_count,
    sum(broken_count) as broken_count,
    sum(told_count) as told_count,
    sum(told_amount) as told_amount,
    sum(kept_amount) as kept_amount,
    sum(told_amount) - sum(kept_amount) as missed_amount
from scoped_promise_months($branches, $products)
where month_end <= $month_end and month_end > last_day($month_end - interval 13 month)
group by month_end
order by month_end
