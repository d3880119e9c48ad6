-- One row per kind of compliance check, planned or not, of the twelve months to the month end: checks, items, what did not
-- pass, and of the checks with exceptions those put right by then (14.1).
select
    case when is_planned then 'planned' else 'unplanned' end as check_plan,
    count(*) as checks,
    sum(items_tested) as items_tested,
    sum(items_passed) as items_passed,
    sum(exceptions) as exceptions,
    sum(items_passed) / sum(items_tested) as pass_rate,
    sum(failed_count) as failed_count,
    sum(rectified_count) as rectified_count,
    sum(failed_count) - sum(rectified_count) as unrectified_count,
    avg(days_to_rectify) as days_to_rectify
from scoped_compliance_months($branches, $products)
where month_end = $month_end
group by is_planned
order by is_planned desc
