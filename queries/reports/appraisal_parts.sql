-- One row per component of the appraisal of a department, or of one person of it, the heaviest first (17).
select *
from scoped_appraisal_parts($branches, $products)
where month_end = $month_end and department_id = $department_id and staff_id = $staff_id
order by weight desc, component
