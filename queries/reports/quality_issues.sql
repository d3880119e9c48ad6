-- One row per issue of data quality that is open at the last month end looked at, or was due or put right in the twelve
-- months before: the rule, since when, by when, and how it stands; the open ones first, the oldest above (15.1).
with months as (
    select max(month_end) as month_end
    from book_quality_issues()
    where month_end <= $as_of
)

select
    issues.issue_id,
    issues.rule_id,
    issues.title,
    issues.title_zh,
    issues.severity,
    issues.opened_on,
    issues.due_on,
    issues.fixed_on,
    issues.issue_state,
    issues.age_days
from book_quality_issues() as issues
inner join months on issues.month_end = months.month_end
where issues.open_count = 1
    or issues.due_count_12m = 1
    or issues.fixed_on > months.month_end - interval 12 month
order by issues.open_count desc, issues.opened_on, issues.issue_id
