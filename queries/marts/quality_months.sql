-- One row per data quality rule that had something to test, at the book's last month end: its weight by how severe it is,
-- and what it adds to the score (15.1). A rule with nothing to test has no score, and is not full marks.
with weights as (
    select
        substring(param_id, 11) as severity,
        cast(value as double) as weight
    from staging.parameters
    cross join raw.build as build
    where param_id like 'dq_weight.%' and build.as_of between valid_from and valid_to
),

months as (select max(month_end) as month_end from marts.month_ends)

select
    months.month_end,
    rules.rule_id,
    rules.title,
    rules.title_zh,
    rules.dimension,
    rules.severity,
    rules.tested,
    rules.failed,
    rules.score,
    cast(weights.weight as decimal(18, 8)) as weight,
    cast(weights.weight * rules.score as decimal(18, 8)) as weighted_score
from marts.data_quality as rules
inner join weights on rules.severity = weights.severity
cross join months
where rules.score is not null
order by rules.rule_id
