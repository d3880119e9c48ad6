-- One row per issue of data quality and month end since it was opened: how old it is while it is open, and whether it was
-- to be put right in the twelve months to then, and was by its due date (15.1). Open past it is late.
select
    months.month_end,
    issues.issue_id,
    issues.rule_id,
    issues.title,
    issues.title_zh,
    issues.dimension,
    issues.severity,
    issues.opened_on,
    issues.due_on,
    case when issues.fixed_on <= months.month_end then issues.fixed_on end as fixed_on,
    case
        when issues.fixed_on <= issues.due_on and issues.fixed_on <= months.month_end then 'on_time'
        when issues.fixed_on <= months.month_end then 'late'
        when issues.due_on < months.month_end then 'overdue'
        else 'open'
    end as issue_state,
    case
        when issues.fixed_on is null or issues.fixed_on > months.month_end then months.month_end - issues.opened_on
    end as age_days,
    case when issues.fixed_on is null or issues.fixed_on > months.month_end then 1 else 0 end as open_count,
    case
        when issues.due_on <= months.month_end and issues.due_on > last_day(cast(months.month_end - interval 12 month as date))
            then 1
        else 0
    end as due_count_12m,
    case
        when issues.due_on <= months.month_end and issues.due_on > last_day(cast(months.month_end - interval 12 month as date))
            and issues.fixed_on <= issues.due_on
            then 1
        else 0
    end as on_time_count_12m
from marts.quality_issues as issues
inner join marts.month_ends as months on issues.opened_on <= months.month_end
order by months.month_end, issues.issue_id
