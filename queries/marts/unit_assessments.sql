-- One row per assessment of a unit's risk, with the one before it and what changed (14.1). A change is told of the rating:
-- raised, lowered, unchanged, or first.
with weighed as (
    select
        assessment_id,
        unit_id,
        assessed_on,
        inherent_risk,
        control_effectiveness,
        rating,
        assessed_by,
        case rating when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1 end as weight
    from raw.unit_risk_assessments
),

followed as (
    select
        *,
        lag(rating) over (partition by unit_id order by assessed_on, assessment_id) as rating_before,
        lag(weight) over (partition by unit_id order by assessed_on, assessment_id) as weight_before
    from weighed
)

select
    assessments.assessment_id,
    assessments.unit_id,
    units.branch,
    units.product,
    units.department_id,
    assessments.assessed_on,
    assessments.inherent_risk,
    assessments.control_effectiveness,
    assessments.rating,
    assessments.rating_before,
    case
        when assessments.weight_before is null then 'first'
        when assessments.weight > assessments.weight_before then 'raised'
        when assessments.weight < assessments.weight_before then 'lowered'
        else 'unchanged'
    end as rating_change,
    assessments.assessed_by
from followed as assessments
inner join marts.auditable_units as units on assessments.unit_id = units.unit_id
order by assessments.unit_id, assessments.assessed_on, assessments.assessment_id
