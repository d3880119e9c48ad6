-- One row per contact and rule of conduct that it broke, in the twelve months to the month end (section 7).
select *
from scoped_conduct_violations($branches, $products)
where month_end <= $month_end
    and month_end > last_day($month_end - interval 12 month)
    and ($conduct_rule = '' or conduct_rule = $conduct_rule)
