-- One row per assessment of one auditable unit's risk up to the date looked at, newest first (14.1).
select
    assessments.assessed_on,
    assessments.rating,
    assessments.rating_before,
    assessments.rating_change,
    assessments.inherent_risk,
    assessments.control_effectiveness,
    coalesce(staff.name, assessments.assessed_by) as assessor,
    assessments.assessment_id
from scoped_unit_assessments($branches, $products) as assessments
left join book_staff() as staff on assessments.assessed_by = staff.staff_id
where assessments.unit_id = $unit_id and assessments.assessed_on <= $as_of
order by assessments.assessed_on desc, assessments.assessment_id desc
