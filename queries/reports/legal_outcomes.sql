-- One row per kind of proceeding and year of filing: how many were filed, how those decided ended, what was claimed, upheld
-- and received, and what it cost, up to the data's last day (12.2).
select
    kind,
    cast(year(filed_on) as integer) as filed_year,
    count(*) as filed,
    count(*) filter (where stage not in ('closed', 'terminated_round')) as running,
    count(*) filter (where outcome = 'won') as won,
    count(*) filter (where outcome = 'partly_won') as partly_won,
    count(*) filter (where outcome = 'lost') as lost,
    count(*) filter (where outcome = 'settled') as settled,
    coalesce(sum(claimed), 0) as claimed,
    coalesce(sum(upheld), 0) as upheld,
    coalesce(sum(cash), 0) as cash,
    coalesce(sum(fees) - sum(fees_recovered), 0) as cost,
    coalesce(sum(doubled_interest), 0) as doubled_interest,
    cast(sum(upheld) filter (where outcome in ('won', 'partly_won', 'lost')) as double)
    / nullif(sum(claimed) filter (where outcome in ('won', 'partly_won', 'lost')), 0) as win_rate,
    cast(sum(cash) as double) / nullif(sum(upheld), 0) as recovery_rate,
    cast(sum(fees) - sum(fees_recovered) as double) / nullif(sum(cash), 0) as cost_ratio
from scoped_proceedings($branches, $products)
group by kind, year(filed_on)
order by filed_year desc, filed desc, kind
