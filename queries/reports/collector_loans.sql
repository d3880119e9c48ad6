-- One row per loan and month that a person, or a department, had in its overdue cases, in the twelve months to the month end
-- (section 7).
select
    concat(months.loan_id, '/', cast(months.month_end as varchar)) as loan_month_id,
    months.month_end as told_on,
    months.loan_id,
    months.case_id,
    months.branch,
    months.product,
    months.opening_bucket,
    months.opening_balance,
    months.cured_count = 1 as is_cured,
    months.back_count = 1 as is_back,
    months.expected_cured
from scoped_collector_months($branches, $products) as months
where months.month_end <= $month_end
    and months.month_end > last_day($month_end - interval 12 month)
    and months.department_id = $department_id
    and ($owner = '' or months.owner = $owner)
