-- One row per month end: NPL formed in the month and in the $span months to it, gross and net, and as a rate a year of the
-- gross loans at the period's opening (3.3). A period is empty where the book does not go back so far.
with months as (
    select
        month_end,
        sum(opening_amount) as opening_gross,
        sum(npl_formation_gross_amount) as formation_gross,
        sum(npl_formation_net_amount) as formation_net
    from scoped_portfolio($branches, $products)
    where month_end between last_day(cast($first - to_months($span) as date)) and $month_end
    group by month_end
),

periods as (
    select
        months.month_end,
        count(*) as months_known,
        min_by(earlier.opening_gross, earlier.month_end) as period_opening,
        sum(earlier.formation_gross) as period_gross,
        sum(earlier.formation_net) as period_net
    from months
    inner join months as earlier
        on earlier.month_end <= months.month_end
        and earlier.month_end > last_day(cast(months.month_end - to_months($span) as date))
    group by months.month_end
    having months_known = $span and period_opening > 0
)

select
    months.month_end,
    months.opening_gross,
    months.formation_gross,
    months.formation_net,
    12 * cast(months.formation_gross as double) / nullif(months.opening_gross, 0) as formation_gross_rate,
    12 * cast(months.formation_net as double) / nullif(months.opening_gross, 0) as formation_net_rate,
    periods.period_opening,
    periods.period_gross,
    periods.period_net,
    12.0 / $span * cast(periods.period_gross as double) / periods.period_opening as period_gross_rate,
    12.0 / $span * cast(periods.period_net as double) / periods.period_opening as period_net_rate
from months
left join periods on months.month_end = periods.month_end
where months.month_end >= $first
order by months.month_end
