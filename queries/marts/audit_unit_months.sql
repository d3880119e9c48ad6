-- One row per auditable unit and month end on which it is part of the universe: its rating then and a year before, when it
-- was last audited, whether within the cycle of its rating (`audit_cycle_months`), and what is planned (14.1).
-- A unit has been audited on the day of a report. It is covered while its cycle has not run out since; one that was never
-- audited is not covered; its cycle runs from its first day in the universe. Coverage is of critical and high ratings alone,
-- past its cycle is any unit whose rating has one. A unit without an assessment is unrated.
with months as (
    select distinct
        month_end,
        cast(month_end - interval 12 month as date) as year_ago
    from raw.calendar
    cross join raw.build as build
    where month_end <= last_day(build.as_of)
),

units as (
    select
        months.month_end,
        months.year_ago,
        units.*
    from marts.auditable_units as units
    inner join months on units.valid_from <= months.month_end and units.valid_to >= months.month_end
),

-- An assessment holds until the next one.
assessments as (
    select
        *,
        lead(assessed_on) over (partition by unit_id order by assessed_on, assessment_id) as held_until
    from marts.unit_assessments
),

weights as (
    select
        'critical' as rating,
        4 as weight
    union all
    select
        'high' as rating,
        3 as weight
    union all
    select
        'medium' as rating,
        2 as weight
    union all
    select
        'low' as rating,
        1 as weight
),

audited as (
    select
        units.month_end,
        units.unit_id,
        max(case when engagements.reported_on <= units.month_end then engagements.reported_on end) as audited_on,
        min(
            case
                when engagements.reported_on > units.month_end or engagements.reported_on is null
                    then coalesce(engagements.planned_from, engagements.started_on)
            end
        ) as next_planned_on,
        max(
            case
                when engagements.reported_on <= units.month_end then 0
                when engagements.planned_to < units.month_end then 3
                when engagements.started_on <= units.month_end then 2
                else 1
            end
        ) as standing
    from units
    inner join marts.audit_engagements as engagements
        on units.unit_id = engagements.unit_id
        and engagements.known_on <= units.month_end
        and (engagements.cancelled_on is null or engagements.cancelled_on > units.month_end)
    group by units.month_end, units.unit_id
),

cycles as (
    select
        substring(param_id, 20) as rating,
        cast(value as integer) as months,
        valid_from,
        valid_to
    from staging.parameters
    where starts_with(param_id, 'audit_cycle_months.') and regime = 'CN' and product = '*'
),

found as (
    select
        findings.unit_id,
        months.month_end,
        count(*) as open_findings,
        sum(case when findings.current_due_on < months.month_end then 1 else 0 end) as overdue_findings
    from marts.findings as findings
    inner join months
        on findings.issued_on <= months.month_end
        and (findings.closed_on is null or findings.closed_on > months.month_end)
    group by findings.unit_id, months.month_end
),

judged as (
    select
        units.*,
        coalesce(assessed.rating, 'unrated') as unit_rating,
        coalesce(weights.weight, 0) as rating_weight,
        assessed_before.rating as rating_before,
        case
            when assessed_before.rating is null or assessed.rating is null then 'new'
            when weights.weight > weights_before.weight then 'raised'
            when weights.weight < weights_before.weight then 'lowered'
            else 'unchanged'
        end as rating_change,
        assessed.assessed_on,
        assessed.inherent_risk,
        assessed.control_effectiveness,
        audited.audited_on,
        audited.next_planned_on,
        coalesce(audited.standing, 0) as standing,
        coalesce(assessed.rating, '') in ('critical', 'high') as is_high_risk,
        cast(coalesce(audited.audited_on, units.valid_from) + cycles.months * interval 1 month as date) as audit_due_on,
        coalesce(found.open_findings, 0) as open_findings,
        coalesce(found.overdue_findings, 0) as overdue_findings
    from units
    left join assessments as assessed
        on units.unit_id = assessed.unit_id
        and assessed.assessed_on <= units.month_end
        and (assessed.held_until is null or assessed.held_until > units.month_end)
    left join assessments as assessed_before
        on units.unit_id = assessed_before.unit_id
        and assessed_before.assessed_on <= units.year_ago
        and (assessed_before.held_until is null or assessed_before.held_until > units.year_ago)
    left join weights on assessed.rating = weights.rating
    left join weights as weights_before on assessed_before.rating = weights_before.rating
    left join audited on units.month_end = audited.month_end and units.unit_id = audited.unit_id
    left join cycles
        on assessed.rating = cycles.rating and units.month_end between cycles.valid_from and cycles.valid_to
    left join found on units.month_end = found.month_end and units.unit_id = found.unit_id
)

select
    month_end,
    unit_id,
    unit,
    unit_zh,
    unit_kind,
    department_id,
    department,
    department_zh,
    branch,
    product,
    unit_rating,
    rating_weight,
    rating_before,
    rating_change,
    assessed_on,
    inherent_risk,
    control_effectiveness,
    audited_on,
    date_diff('month', audited_on, month_end) as months_since,
    case
        when audited_on is null then 'never'
        when audited_on >= year_ago then '0-12'
        when audited_on >= cast(month_end - interval 24 month as date) then '13-24'
        when audited_on >= cast(month_end - interval 36 month as date) then '25-36'
        else '36+'
    end as audited_band,
    audit_due_on,
    next_planned_on,
    case standing when 0 then 'none' when 1 then 'planned' when 2 then 'in_progress' else 'late' end as plan_standing,
    open_findings,
    overdue_findings,
    coalesce(audit_due_on < month_end, false) as is_overdue,
    1 as unit_count,
    case when is_high_risk then 1 else 0 end as high_risk_count,
    case when is_high_risk and audited_on is not null and audit_due_on >= month_end then 1 else 0 end as covered_count,
    case when audit_due_on < month_end then 1 else 0 end as past_cycle_count,
    case when assessed_on >= year_ago then 1 else 0 end as assessed_count
from judged
order by month_end, unit_id
