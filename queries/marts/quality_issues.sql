-- One row per issue of data quality: a rule from the first month end at which rows of the month failed it until the first
-- after at which none did (15.1). It is to be put right within the days that the parameters of its first day give its
-- severity. Months in which a rule tested nothing neither open an issue nor end one. A rule that judges a load as a whole
-- knows no months before it: its issue is as old as the load's last month end.
with tested as (
    select
        tests.rule_id,
        months.month_end,
        tests.failed
    from intermediate.quality_tests as tests
    inner join marts.month_ends as months on tests.month_end = months.month_end
    where tests.tested > 0
    union all
    select
        tests.rule_id,
        last_months.month_end,
        tests.failed
    from intermediate.quality_tests as tests
    cross join (select max(month_end) as month_end from marts.month_ends) as last_months
    where tests.month_end is null
        and tests.tested > 0
        and tests.rule_id not in (select rule_id from intermediate.quality_tests where month_end is not null)
),

-- Between two passes of a rule all months are one issue.
stretches as (
    select
        *,
        count(*) filter (where failed = 0) over (partition by rule_id order by month_end) as passes
    from tested
),

issues as (
    select
        rule_id,
        passes,
        min(month_end) as opened_on,
        max(month_end) as last_failed_on,
        count(*) as months,
        cast(sum(failed) as bigint) as failed
    from stretches
    where failed > 0
    group by rule_id, passes
),

fixes as (
    select
        rule_id,
        passes - 1 as passes,
        month_end as fixed_on
    from stretches
    where failed = 0
),

allowed as (
    select
        substring(param_id, 13) as severity,
        cast(value as integer) as days,
        valid_from,
        valid_to
    from staging.parameters
    where param_id like 'dq_fix_days.%'
)

select
    issues.rule_id || ' ' || issues.opened_on as issue_id,
    issues.rule_id,
    rules.title,
    rules.title_zh,
    rules.dimension,
    rules.severity,
    issues.opened_on,
    issues.last_failed_on,
    issues.opened_on + allowed.days as due_on,
    fixes.fixed_on,
    issues.months,
    issues.failed
from issues
inner join marts.data_quality as rules on issues.rule_id = rules.rule_id
left join fixes on issues.rule_id = fixes.rule_id and issues.passes = fixes.passes
left join allowed
    on rules.severity = allowed.severity
    and issues.opened_on between allowed.valid_from and allowed.valid_to
order by issues.opened_on, issues.rule_id
