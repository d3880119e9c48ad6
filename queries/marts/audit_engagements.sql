-- One row per audit of a unit: the plan and what was carried out (14.1). A planned one is known from the day its plan was
-- approved, else from the first day of the plan's year; another from its start. A cancelled one without a day never was.
select
    engagements.engagement_id,
    engagements.unit_id,
    units.unit,
    units.unit_zh,
    units.unit_kind,
    units.department_id,
    units.department,
    units.department_zh,
    units.branch,
    units.product,
    coalesce(engagements.title, units.unit) as title,
    coalesce(engagements.title_zh, engagements.title, units.unit_zh) as title_zh,
    coalesce(engagements.is_planned, true) as is_planned,
    coalesce(
        engagements.plan_year,
        year(coalesce(engagements.planned_to, engagements.started_on, engagements.reported_on))
    ) as plan_year,
    coalesce(
        engagements.approved_on,
        case when engagements.is_planned is not false then cast(cast(engagements.plan_year as varchar) || '-01-01' as date) end,
        engagements.planned_from,
        engagements.started_on,
        engagements.reported_on,
        date '1900-01-01'
    ) as known_on,
    engagements.planned_from,
    engagements.planned_to,
    cast(engagements.planned_days as decimal(18, 2)) as planned_days,
    engagements.lead_auditor,
    engagements.started_on,
    engagements.reported_on,
    cast(engagements.days_spent as decimal(18, 2)) as days_spent,
    coalesce(
        engagements.cancelled_on, case when engagements.status = 'cancelled' then date '1900-01-01' end
    ) as cancelled_on
from raw.audit_engagements as engagements
inner join marts.auditable_units as units on engagements.unit_id = units.unit_id
order by engagements.engagement_id
