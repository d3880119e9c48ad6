-- One row per compliance check of the twelve months to the month end (14.1): what it tested, what did not pass, and when
-- that was put right; 'none' where all passed. It is what the pass rate sums.
select
    *,
    case when is_planned then 'planned' else 'unplanned' end as check_plan,
    cast(items_passed as double) / items_tested as pass_rate,
    case
        when failed_count = 0 then 'none'
        when rectified_count > 0 then 'rectified'
        else 'open'
    end as rectification
from scoped_compliance_months($branches, $products)
where month_end = $month_end
order by checked_on desc, check_id
