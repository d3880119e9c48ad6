-- One row per month since default: how many defaults were watched so long by the month end, the mean share of their
-- exposure that came in it (as worth on the day of default), and all of it until then (5.2).
with cases as (
    select
        loan_id,
        product,
        defaulted_on,
        case when ended_as = 'sold' then date_diff('month', defaulted_on, ended_on) end as sold_at,
        date_diff('month', defaulted_on, $month_end) as watched
    from scoped_loss_cases($branches, $products)
    where defaulted_on <= $month_end and ($product = '' or product = $product)
),

flows as (
    select
        age,
        sum(share) as share
    from scoped_loss_flows($branches, $products)
    where month_end <= $month_end and ($product = '' or product = $product)
    group by age
),

watched as (
    select
        ages.age,
        count(*) as cases
    from cases
    inner join (select unnest(range(0, 61)) as age) as ages
        on cases.watched >= ages.age and (cases.sold_at is null or ages.age < cases.sold_at)
    group by ages.age
)

select
    watched.age,
    watched.cases,
    coalesce(flows.share, 0) / watched.cases as share,
    sum(coalesce(flows.share, 0) / watched.cases) over (order by watched.age) as recovered
from watched
left join flows on watched.age = flows.age
order by watched.age
