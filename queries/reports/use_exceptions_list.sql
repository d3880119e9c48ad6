-- One row per thing that failed a check of the 2024 loan measures in twelve months, of one check or of all (13).
select
    exception_id,
    check_id as use_check,
    item_id,
    loan_id,
    branch,
    product,
    tested_on,
    coalesce(amount, 0) as amount,
    detail
from scoped_use_exceptions($branches, $products)
where month_end > $since and month_end <= $month_end and ($check = '' or check_id = $check)
