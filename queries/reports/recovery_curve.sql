-- One row per month since default: how many defaults were watched so long by the month end, the mean share of their
-- exposure that came in it (as worth on the day of default), and all of it until then (5.2); and of their exposure together
-- the net cash until then, as it came, without what was owed of cures (7, recovery_curve_k).
with cases as (
    select
        loan_id,
        product,
        defaulted_on,
        exposure,
        case when ended_as = 'sold' then date_diff('month', defaulted_on, ended_on) end as sold_at,
        date_diff('month', defaulted_on, $month_end) as watched
    from scoped_loss_cases($branches, $products)
    where defaulted_on <= $month_end and ($product = '' or product = $product)
),

flows as (
    select
        age,
        sum(share) as share,
        sum(case when kind in ('cash', 'recovered') then amount else 0 end) as cash
    from scoped_loss_flows($branches, $products)
    where month_end <= $month_end and ($product = '' or product = $product)
    group by age
),

watched as (
    select
        ages.age,
        count(*) as cases,
        sum(cases.exposure) as exposure
    from cases
    inner join (select unnest(range(0, 61)) as age) as ages
        on cases.watched >= ages.age and (cases.sold_at is null or ages.age < cases.sold_at)
    group by ages.age
)

select
    watched.age,
    watched.cases,
    coalesce(flows.share, 0) / watched.cases as share,
    sum(coalesce(flows.share, 0) / watched.cases) over (order by watched.age) as recovered,
    sum(cast(coalesce(flows.cash, 0) as double) / watched.exposure) over (order by watched.age) as collected
from watched
left join flows on watched.age = flows.age
order by watched.age
