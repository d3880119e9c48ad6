-- One row per kind of defect (12.4): how many reviews of the twelve months to the month end found it, how many of these are
-- open, and how long those that were remedied had been.
select
    code as contract_defect,
    count(*) as found,
    count(*) filter (where remedied_on is null or remedied_on > $month_end) as open,
    count(*) filter (where severity = 'high' and (remedied_on is null or remedied_on > $month_end)) as open_high,
    quantile_cont(remedied_on - reviewed_on, 0.5) filter (where remedied_on <= $month_end) as days_median
from scoped_contract_defects($branches, $products)
where reviewed_on > $since and reviewed_on <= $month_end
group by code
order by code
