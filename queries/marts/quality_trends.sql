-- One row per data quality rule and month end at which it had something to test (15.1): the rows dated in that month, and
-- what the rule adds to the score of its dimension. Rules that judge a load as a whole have no months.
select
    tests.rule_id,
    rules.dimension,
    tests.month_end,
    tests.tested,
    tests.failed,
    1 - cast(tests.failed as double) / tests.tested as score,
    rules.weight,
    cast(rules.weight * (1 - cast(tests.failed as double) / tests.tested) as decimal(18, 8)) as weighted_score
from intermediate.quality_tests as tests
inner join marts.quality_months as rules on tests.rule_id = rules.rule_id
inner join marts.month_ends as months on tests.month_end = months.month_end
where tests.tested > 0
order by tests.rule_id, tests.month_end
