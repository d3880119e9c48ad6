-- One row per way in which assets were realised in the twelve months to the month end: how many, what they were appraised
-- at and brought, and the days from default to cash (11.1).
select
    coalesce(way, 'unknown') as way,
    count(*) as assets,
    sum(appraised) as appraised,
    sum(realised) as realised,
    cast(sum(realised) as double) / nullif(sum(appraised), 0) as realised_to_appraised,
    quantile_cont(days_to_cash, 0.5) as days_median,
    quantile_cont(days_to_cash, 0.9) as days_p90
from scoped_disposals($branches, $products)
where cash_on > $since and cash_on <= $month_end
group by coalesce(way, 'unknown')
order by assets desc, way
