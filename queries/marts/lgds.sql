-- One row per month end and product: the loss given default as known then (5.2). Each month since default adds the mean
-- share of the exposure that came in it, over all defaults watched so long by the month end: settled cases count with
-- what came of them, open ones with what came so far and the mean of the older ones after that. Per default, not
-- weighted by exposure. A month counts only where as many defaults were watched so long as the least, so that no
-- handful of old cases moves the loss of all: from the first month that is thinner, the whole book's defaults say which
-- part of what is left then is still to come, and where these are too few as well, nothing more is expected.
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
        months.lgd_least_cases as least_cases,
        ages.product as of_product,
        ages.age,
        ages.cases,
        ages.share
    from months
    inner join intermediate.loss_ages as ages
        on last_day(cast(ages.defaulted_on + ages.age * interval 1 month as date)) <= months.month_end
        and ages.age <= months.lgd_horizon_months
),

ages as (
    select
        month_end,
        product,
        age,
        any_value(least_cases) as least_cases,
        coalesce(sum(cases) filter (where of_product = product), 0) as own_cases,
        coalesce(sum(share) filter (where of_product = product), 0) as own_share,
        sum(cases) as book_cases,
        sum(share) as book_share
    from watched
    group by month_end, product, age
),

-- Who is watched for so many months was watched for fewer: what counts is the beginning of each curve.
summed as (
    select
        month_end,
        product,
        max(own_cases) as own_cases,
        max(book_cases) as book_cases,
        max(age) filter (where own_cases >= least_cases) as own_months,
        min(own_cases) filter (where own_cases >= least_cases) as own_last_cases,
        max(age) filter (where book_cases >= least_cases) as book_months,
        min(book_cases) filter (where book_cases >= least_cases) as book_last_cases,
        1 - coalesce(sum(own_share / own_cases) filter (where own_cases >= least_cases), 0) as own_left,
        1 - coalesce(sum(book_share / book_cases) filter (where book_cases >= least_cases), 0) as book_left,
        -- What the whole book had left at the month at which the product's own curve ends.
        1 - coalesce(sum(book_share / book_cases) filter (where own_cases >= least_cases), 0) as book_left_then
    from ages
    group by month_end, product
),

estimated as (
    select
        *,
        own_left * case when book_left_then > 0 then book_left / book_left_then else 1 end as lgd
    from summed
)

select
    months.month_end,
    months.product,
    estimated.own_cases,
    case when estimated.own_months is not null then round(estimated.own_left, 10) end as own_lgd,
    estimated.own_months,
    estimated.own_last_cases,
    estimated.own_months is null as is_whole_book,
    case when estimated.own_months is null then estimated.book_cases else estimated.own_cases end as cases,
    estimated.book_months,
    estimated.book_last_cases,
    round(estimated.lgd, 10) as lgd_raw,
    least(greatest(round(estimated.lgd, 10), months.lgd_floor), months.lgd_cap) as lgd
from estimated
inner join months on estimated.month_end = months.month_end and estimated.product = months.product
order by months.month_end, months.product
