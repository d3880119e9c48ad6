-- One row, or none where there are fewer: the day on which the case at a place was opened, counted from the newest, of the
-- stays that a department's cases of one type, or of all, have had by the month end.
select opened_on
from scoped_case_stays($branches, $products)
where entered_on <= $month_end
    and ($department_id = '' or department_id = $department_id)
    and ($case_type = '' or case_type = $case_type)
order by opened_on desc
limit 1 offset $place - 1
