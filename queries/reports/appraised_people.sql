-- One row per person of a department who had enough cases to be appraised at the month end, the best first (17).
select
    appraisal_id,
    department_id,
    staff_id,
    staff_name,
    grade,
    cases,
    violations,
    raw_score,
    score
from scoped_appraisals($branches, $products)
where month_end = $month_end and staff_id <> '' and department_id = $department_id and score is not null
order by score desc, appraisal_id
