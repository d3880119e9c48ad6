-- One row per value of $cut (all, level, borrower_kind, branch or product): what came of the alerts since $first, and how
-- many of the defaults they foretold (9.5). Defaults have no level: by level they are empty.
with alerts as (
    select
        case $cut
            when 'level' then level
            when 'borrower_kind' then borrower_kind
            when 'branch' then branch
            when 'product' then product
            else 'all'
        end as value,
        count(*) as alerts,
        count(case when alerted_on <= $seen and not is_at_default then 1 end) as observed,
        count(case when alerted_on <= $seen and is_hit then 1 end) as hits,
        count(case when is_at_default then 1 end) as at_default,
        median(case when alerted_on <= $seen and is_hit then lead_days end) as lead_days
    from scoped_alerts($branches, $products)
    where alerted_on between $first and $month_end
    group by value
),

defaults as (
    select
        case $cut
            when 'borrower_kind' then borrower_kind
            when 'branch' then branch
            when 'product' then product
            else 'all'
        end as value,
        count(*) as defaults,
        count(case when was_warned then 1 end) as covered,
        count(case when is_surprise then 1 end) as surprises
    from scoped_foreseen_defaults($branches, $products)
    where default_on between $first and $month_end and $cut <> 'level'
    group by value
)

select
    coalesce(alerts.value, defaults.value) as value,
    coalesce(alerts.alerts, 0) as alerts,
    coalesce(alerts.observed, 0) as observed,
    coalesce(alerts.hits, 0) as hits,
    alerts.hits / nullif(alerts.observed, 0) as hit_rate,
    coalesce(alerts.observed - alerts.hits, 0) as false_alarms,
    1 - alerts.hits / nullif(alerts.observed, 0) as false_alarm_rate,
    coalesce(alerts.at_default, 0) as at_default,
    defaults.defaults,
    defaults.covered,
    defaults.covered / nullif(defaults.defaults, 0) as coverage,
    defaults.surprises,
    defaults.surprises / nullif(defaults.defaults, 0) as surprise_rate,
    alerts.lead_days
from alerts
full outer join defaults on alerts.value = defaults.value
order by value
