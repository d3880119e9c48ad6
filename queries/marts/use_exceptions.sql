-- One row per thing that failed a check of the 2024 loan measures (13).
select
    check_id || ' ' || item_id as exception_id,
    check_id,
    item_id,
    loan_id,
    branch,
    product,
    tested_on,
    last_day(tested_on) as month_end,
    amount,
    detail
from intermediate.use_tests
where is_failed
order by tested_on, check_id, item_id
