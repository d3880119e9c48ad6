-- One row per check of the 2024 loan measures, month end, branch and product: how many were tested in the month and how
-- many failed (13).
select
    check_id,
    last_day(tested_on) as month_end,
    branch,
    product,
    count(*) as tested_count,
    sum(case when is_failed then 1 else 0 end) as failed_count,
    sum(case when is_failed then coalesce(amount, 0) else 0 end) as failed_amount
from intermediate.use_tests
group by check_id, last_day(tested_on), branch, product
order by month_end, check_id
