-- One row per stay of a case that is open, was closed in the month, was due in it, is late or soon will be, at the
-- month end, or ever was with the department: with the department that had it then.
with stays as (
    select *
    from scoped_case_stays($branches, $products)
    where entered_on <= $month_end
),

seen as (
    select
        stays.stay_id,
        stays.case_id,
        stays.department_id,
        stays.department,
        stays.department_zh,
        stays.case_type,
        stays.loan_id,
        stays.borrower_id,
        stays.branch,
        stays.product,
        stays.opened_on,
        stays.entered_on,
        stays.entered_by,
        stays.due_at,
        stays.due_on,
        stays.late_from,
        stays.risk_from,
        stays.is_statutory,
        case when stays.left_by = 'closed' and stays.left_on <= $month_end then stays.left_on end as closed_on,
        stays.owner,
        people.name as owner_name,
        case when stays.left_by = 'closed' and stays.left_on <= $month_end then stays.outcome end as outcome,
        stays.left_on is null or stays.left_on > $month_end as is_open,
        stays.is_due_here and last_day(stays.due_on) = $month_end as is_due
    from stays
    left join book_staff() as people on stays.owner = people.staff_id
)

select
    *,
    $month_end - opened_on as age_days,
    coalesce(is_open and late_from <= $month_end, false) as is_late,
    coalesce(due_on, date '9999-12-31') as due_order
from seen
where ($department_id = '' or department_id = $department_id)
    and ($case_type = '' or case_type = $case_type)
    and ($owner = '' or owner = $owner)
    and case $state
        when 'open' then is_open
        when 'late' then is_open and late_from <= $month_end
        when 'risk' then is_open and risk_from <= $month_end and late_from > $month_end
        when 'closed' then last_day(closed_on) = $month_end
        when 'due' then is_due
        when 'ever' then true
        else is_open or last_day(closed_on) = $month_end or is_due
    end
