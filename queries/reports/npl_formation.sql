-- One row per month end: NPL formed in the month and in the twelve months to it, gross and net, and as a rate a year of the
-- gross loans at the period's opening (3.3). Twelve months are empty where the book does not go back so far.
with months as (
    select
        month_end,
        sum(opening_amount) as opening_gross,
        sum(npl_formation_gross_amount) as formation_gross,
        sum(npl_formation_net_amount) as formation_net
    from scoped_portfolio($branches, $products)
    where month_end between last_day(cast($first - interval 11 month as date)) and $month_end
    group by month_end
),

years as (
    select
        *,
        count(*) over so_far as months,
        first_value(opening_gross) over so_far as opening_gross_12m,
        sum(formation_gross) over so_far as gross_12m,
        sum(formation_net) over so_far as net_12m
    from months
    window so_far as (order by month_end rows between 11 preceding and current row)
)

select
    month_end,
    opening_gross,
    formation_gross,
    formation_net,
    12 * cast(formation_gross as double) / nullif(opening_gross, 0) as formation_gross_rate,
    12 * cast(formation_net as double) / nullif(opening_gross, 0) as formation_net_rate,
    case when months = 12 and opening_gross_12m > 0 then opening_gross_12m end as opening_gross_12m,
    case when months = 12 and opening_gross_12m > 0 then gross_12m end as formation_gross_12m,
    case when months = 12 and opening_gross_12m > 0 then net_12m end as formation_net_12m,
    case when months = 12 then cast(gross_12m as double) / nullif(opening_gross_12m, 0) end
        as formation_gross_rate_12m,
    case when months = 12 then cast(net_12m as double) / nullif(opening_gross_12m, 0) end
        as formation_net_rate_12m
from years
where month_end >= $first
order by month_end
