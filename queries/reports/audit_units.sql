-- One row per auditable unit at the month end, those past their audit cycle first, then by rating and by how long ago they
-- were audited (14.1). High risk is a rating of critical or high; not planned is high risk without an audit to come.
select *
from scoped_audit_unit_months($branches, $products)
where month_end = $month_end
    and ($department_id = '' or department_id = $department_id)
    and ($unit_rating = '' or unit_rating = $unit_rating)
    and ($unit_kind = '' or unit_kind = $unit_kind)
    and ($audited_band = '' or audited_band = $audited_band)
    and case $state
        when 'past_cycle' then past_cycle_count = 1
        when 'high_risk' then high_risk_count = 1
        when 'raised' then rating_change = 'raised'
        when 'not_planned' then high_risk_count = 1 and plan_standing = 'none'
        when 'not_assessed' then assessed_count = 0
        else true
    end
order by past_cycle_count desc, rating_weight desc, audited_on nulls first, unit_id
