-- One row per audit and month end from the day on which it was known: how it stood then, and what the figures of twelve
-- months count of it (14.1). Late is what is neither reported nor cancelled after its planned end, begun or not. A
-- cancelled audit was due and is not carried out.
with months as (
    select distinct
        month_end,
        last_day(cast(month_end - interval 12 month as date)) as year_ago
    from raw.calendar
    cross join raw.build as build
    where month_end <= last_day(build.as_of)
),

followed as (
    select
        months.month_end,
        months.year_ago,
        engagements.* exclude (started_on, reported_on, cancelled_on, days_spent),
        case when engagements.started_on <= months.month_end then engagements.started_on end as started_on,
        case when engagements.reported_on <= months.month_end then engagements.reported_on end as reported_on,
        case when engagements.cancelled_on <= months.month_end then engagements.cancelled_on end as cancelled_on,
        case when engagements.reported_on <= months.month_end then engagements.days_spent end as days_spent
    from marts.audit_engagements as engagements
    inner join months on engagements.known_on <= months.month_end
),

judged as (
    select
        *,
        case
            when reported_on is not null then 'reported'
            when cancelled_on is not null then 'cancelled'
            when planned_to < month_end then 'late'
            when started_on is not null then 'in_progress'
            else 'planned'
        end as audit_standing,
        coalesce(is_planned and planned_to <= month_end and planned_to > year_ago, false) as is_due,
        coalesce(reported_on > year_ago, false) as is_reported
    from followed
)

select
    month_end,
    engagement_id,
    unit_id,
    unit,
    unit_zh,
    title,
    title_zh,
    department_id,
    department,
    department_zh,
    branch,
    product,
    is_planned,
    plan_year,
    audit_standing,
    planned_from,
    planned_to,
    started_on,
    reported_on,
    cancelled_on,
    case
        when audit_standing = 'late' then date_diff('day', planned_to, month_end)
        when audit_standing = 'reported' then greatest(date_diff('day', planned_to, reported_on), 0)
    end as days_late,
    planned_days,
    days_spent,
    lead_auditor,
    case when is_due then 1 else 0 end as due_12m,
    case when is_due and reported_on is not null then 1 else 0 end as carried_out_12m,
    case when is_due and reported_on <= planned_to then 1 else 0 end as on_time_12m,
    case when audit_standing = 'late' then 1 else 0 end as late_count,
    case when is_reported and days_spent is not null then coalesce(planned_days, 0) else 0 end as planned_days_12m,
    case when is_reported and planned_days is not null then coalesce(days_spent, 0) else 0 end as spent_days_12m
from judged
order by month_end, engagement_id
