-- One row per check of the 2024 loan measures: what was tested in twelve months, what failed, and for how much (13).
select
    check_id as use_check,
    sum(tested_count) as tested,
    sum(failed_count) as failed,
    1 - cast(sum(failed_count) as double) / nullif(sum(tested_count), 0) as pass_rate,
    sum(failed_amount) as failed_amount
from scoped_use_checks($branches, $products)
where month_end > $since and month_end <= $month_end
group by check_id
order by cast(substring(check_id, 2) as integer)
