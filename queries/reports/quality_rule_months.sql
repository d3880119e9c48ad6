-- One row per month end at which a data quality rule had something to test, over 25 months: tested, failed, score.
select
    month_end,
    tested,
    failed,
    score
from book_quality_trends()
where rule_id = $rule_id and month_end <= $as_of and month_end > $as_of - interval 25 month
order by month_end
