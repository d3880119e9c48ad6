-- One row per audit finding issued by the date looked at, with its state on that date (14.1).
with findings as (
    select *
    from scoped_findings($branches, $products)
    where issued_on <= $as_of and status <> 'draft'
),

seen as (
    select
        finding_id,
        title,
        title_zh,
        severity,
        severity_weight,
        status,
        department_id,
        department,
        department_zh,
        branch,
        cause,
        unit_id,
        unit,
        unit_zh,
        engagement_id,
        rejected_on,
        is_repeat,
        issued_on,
        due_on,
        current_due_on,
        case when closed_on <= $as_of then closed_on end as closed_on,
        extensions,
        repeat_of,
        loan_count,
        exposure,
        closed_on is null or closed_on > $as_of as is_open
    from findings
)

select
    *,
    coalesce(is_open and current_due_on < $as_of, false) as is_overdue,
    case when is_open then $as_of - issued_on end as age_days,
    case when is_open and current_due_on < $as_of then $as_of - current_due_on else 0 end as days_overdue
from seen
where ($severity = '' or severity = $severity)
    and ($department_id = '' or department_id = $department_id)
    and ($unit_id = '' or unit_id = $unit_id)
    and ($age_band = '' or (is_open and finding_age_band($as_of - issued_on) = $age_band))
    and case $state
        when 'open' then is_open
        when 'overdue' then is_open and current_due_on < $as_of
        when 'closed' then not is_open
        when 'repeated' then is_repeat
        when 'extended' then is_open and current_due_on > due_on
        when 'failed' then rejected_on <= $as_of
        else true
    end
