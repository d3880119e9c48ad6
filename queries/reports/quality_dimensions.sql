-- One row per dimension of data quality: its rules with something to test, the rows that fail, the weighed score (15.1). A
-- dimension of which nothing was tested has no score.
with dimensions as (
    select distinct dimension
    from book_quality()
),

rules as (
    select
        dimension,
        count(*) as rules,
        sum(tested) as tested,
        sum(failed) as failed,
        sum(weighted_score) / sum(weight) as score
    from book_quality_weights()
    group by dimension
),

months as (
    select
        dimension,
        month_end,
        1 - cast(sum(weighted_score) / sum(weight) as double) as failing
    from book_quality_trends()
    where month_end <= $as_of and month_end > $as_of - interval 25 month
    group by dimension, month_end
),

trends as (
    select
        dimension,
        list(failing order by month_end) as trend
    from months
    group by dimension
)

select
    dimensions.dimension,
    coalesce(rules.rules, 0) as rules,
    coalesce(rules.tested, 0) as tested,
    coalesce(rules.failed, 0) as failed,
    rules.score,
    trends.trend
from dimensions
left join rules on dimensions.dimension = rules.dimension
left join trends on dimensions.dimension = trends.dimension
order by rules.score nulls last, dimensions.dimension
