-- One row per stay of a case whose age or length is told at the month end, as the case stood then (11).
select
    times.month_end,
    times.stay_id,
    stays.case_id,
    times.case_type,
    times.department_id,
    times.branch,
    times.product,
    stays.loan_id,
    stays.opened_on,
    stays.due_on,
    case when stays.closed_on <= $month_end then stays.closed_on end as closed_on,
    stays.owner,
    times.age_days,
    times.cycle_days,
    times.worked_hours,
    times.complaint_days,
    times.inquiry_hours,
    times.aged_count,
    times.cycle_count,
    times.worked_count,
    times.complaint_count,
    times.inquiry_count
from scoped_case_times($branches, $products) as times
inner join scoped_case_stays_on($branches, $products, $month_end) as stays on times.stay_id = stays.stay_id
where times.month_end = $month_end
