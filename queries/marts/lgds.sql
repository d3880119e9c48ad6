-- One row per month end and product: the loss given default as known then (5.2). Each month since default adds the mean
-- share of the exposure that came in it, over all defaults watched so long by the month end: settled cases count with
-- what came of them, open ones with what came so far and the mean of the older ones after that. Per default, not
-- weighted by exposure. With fewer defaults than the least, the whole book's figure stands in.
-- Rounded, since sums of many fractions differ in their last digits from one build to the next.
with months as (
    select rules.*
    from intermediate.ecl_rules as rules
    inner join intermediate.ecl_months as kept on rules.month_end = kept.month_end
),

watched as (
    select
        months.month_end,
        months.product,
        ages.product as of_product,
        ages.age,
        ages.begun,
        ages.cases,
        ages.share
    from months
    inner join intermediate.loss_ages as ages
        on last_day(cast(ages.defaulted_on + ages.age * interval 1 month as date)) <= months.month_end
        and ages.age <= months.lgd_horizon_months
),

means as (
    select
        month_end,
        product,
        of_product = product as is_own,
        age,
        sum(begun) as begun,
        sum(share) as share,
        sum(cases) as cases
    from watched
    group by month_end, product, of_product = product, age
),

added as (
    select
        month_end,
        product,
        age,
        sum(case when is_own then begun end) as own_begun,
        sum(case when is_own then share end) as own_share,
        sum(case when is_own then cases end) as own_cases,
        sum(begun) as begun,
        sum(share) as share,
        sum(cases) as cases
    from means
    group by month_end, product, age
),

summed as (
    select
        month_end,
        product,
        coalesce(max(case when age = 0 then own_begun end), 0) as own_cases,
        max(case when age = 0 then begun end) as book_cases,
        round(1 - sum(coalesce(own_share / nullif(own_cases, 0), 0)), 10) as own_lgd,
        round(1 - sum(coalesce(share / nullif(cases, 0), 0)), 10) as book_lgd,
        max(case when own_cases > 0 then age end) as own_months,
        max(age) as book_months
    from added
    group by month_end, product
)

select
    summed.month_end,
    summed.product,
    summed.own_cases,
    summed.own_lgd,
    summed.own_cases < months.lgd_least_cases as is_whole_book,
    case when summed.own_cases < months.lgd_least_cases then summed.book_cases else summed.own_cases end as cases,
    case when summed.own_cases < months.lgd_least_cases then summed.book_months else summed.own_months end as months_seen,
    case when summed.own_cases < months.lgd_least_cases then summed.book_lgd else summed.own_lgd end as lgd_raw,
    least(
        greatest(
            case when summed.own_cases < months.lgd_least_cases then summed.book_lgd else summed.own_lgd end,
            months.lgd_floor
        ),
        months.lgd_cap
    ) as lgd
from summed
inner join months on summed.month_end = months.month_end and summed.product = months.product
order by summed.month_end, summed.product
