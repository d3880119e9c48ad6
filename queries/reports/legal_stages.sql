-- One row per stage of proceedings (12.3): how many entered it in twelve months, how many are in it and for how much, and
-- how long those that left it in twelve months had stayed, the middle and the slowest tenth.
select
    stage,
    count(*) filter (where entered_on > $since and entered_on <= $month_end) as entered,
    count(*) filter (where is_open) as open_now,
    coalesce(sum(claimed) filter (where is_open), 0) as open_amount,
    count(*) filter (where left_on > $since and left_on <= $month_end) as passed,
    quantile_cont(left_on - entered_on, 0.5) filter (where left_on > $since and left_on <= $month_end) as days_median,
    quantile_cont(left_on - entered_on, 0.9) filter (where left_on > $since and left_on <= $month_end) as days_p90
from scoped_legal_stages($branches, $products)
where $kind = '' or kind = $kind
group by stage
order by stage
