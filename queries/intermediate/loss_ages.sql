-- One row per product, month of default and number of months since: how many defaults were watched as long as that
-- within the record, and the sum of the shares of their exposure that came in that month, as worth on the day of
-- default. What is sold is watched until its sale, whose price the contract does not tell.
with cohorts as (
    select
        product,
        defaulted_on,
        count(*) as cases
    from marts.loss_cases
    group by product, defaulted_on
),

sold as (
    select
        product,
        defaulted_on,
        date_diff('month', defaulted_on, ended_on) as age,
        count(*) as cases
    from marts.loss_cases
    where ended_as = 'sold'
    group by product, defaulted_on, age
),

flows as (
    select
        product,
        defaulted_on,
        age,
        sum(share) as share
    from marts.loss_flows
    group by product, defaulted_on, age
),

ages as (
    select
        cohorts.product,
        cohorts.defaulted_on,
        cohorts.cases,
        unnest(range(0, date_diff('month', cohorts.defaulted_on, last.month_end) + 1)) as age
    from cohorts
    cross join (select max(month_end) as month_end from marts.month_ends) as last
)

select
    ages.product,
    ages.defaulted_on,
    ages.age,
    ages.cases as begun,
    ages.cases - coalesce(sum(sold.cases), 0) as cases,
    coalesce(max(flows.share), 0) as share
from ages
left join sold on ages.product = sold.product and ages.defaulted_on = sold.defaulted_on and sold.age <= ages.age
left join flows on ages.product = flows.product and ages.defaulted_on = flows.defaulted_on and ages.age = flows.age
group by ages.product, ages.defaulted_on, ages.age, ages.cases
