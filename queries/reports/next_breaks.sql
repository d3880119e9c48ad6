-- One row per queue (department and case type) that will break its promise at the pace of the last three months: the open
-- cases of which it is still owed are worked in the order of their targets, the late ones first, a working day counting as
-- far as it has come. The first day on which more are due than can be done by then, and how many pass their target in
-- thirty days. A queue that closed fewer than ten has no pace. Of one department, or of all.
with open as (
    select
        department_id,
        case_type,
        case when late_from <= $month_end then cast($month_end as timestamp) else due_at end as due_at,
        count(*) as cases,
        count(*) filter (where late_from <= $month_end) as late
    from scoped_case_stays_on($branches, $products, $month_end)
    where left_day > $month_end and fulfilled_day > $month_end and due_at is not null
        and ($department_id = '' or department_id = $department_id)
    group by all
),

paces as (
    select
        department_id,
        case_type,
        sum(closed + handed_on) as went
    from scoped_workload($branches, $products)
    where month_end > last_day($month_end - interval 3 month) and month_end <= $month_end
    group by department_id, case_type
    having sum(closed + handed_on) >= 10
),

queues as (
    select
        open.department_id,
        departments.name as department,
        departments.name_zh as department_zh,
        open.case_type,
        open.due_at,
        due.day as due_on,
        open.cases,
        sum(open.late) over (partition by open.department_id, open.case_type) as late,
        sum(open.cases) over (
            partition by open.department_id, open.case_type order by open.due_at
            rows between unbounded preceding and current row
        ) as ahead,
        paces.went / nullif(cast(today.workday_no - since.workday_no as double), 0) as a_workday,
        due.workday_no - today.workday_no - case
            when not due.is_workday then 0
            else 1 - greatest(
                0, least(1, (date_diff('minute', due.day, open.due_at) - due.opens) / (due.closes - due.opens))
            )
        end as workdays
    from open
    inner join paces on open.department_id = paces.department_id and open.case_type = paces.case_type
    inner join book_departments() as departments on open.department_id = departments.department_id
    inner join book_working_days() as today on departments.calendar_id = today.calendar_id and today.day = $month_end
    inner join book_working_days() as since
        on departments.calendar_id = since.calendar_id and since.day = last_day($month_end - interval 3 month)
    inner join book_working_days() as due on departments.calendar_id = due.calendar_id and cast(open.due_at as date) = due.day
),

judged as (
    select
        *,
        cast(floor(a_workday * workdays + 0.000001) as bigint) as can
    from queues
    where due_on > $month_end
)

select
    department_id,
    coalesce(any_value(department), department_id) as department,
    coalesce(any_value(department_zh), department_id) as department_zh,
    case_type,
    min(due_on) as breaks_on,
    cast(arg_min(ahead, due_at) as bigint) as ahead,
    arg_min(can, due_at) as can,
    cast(arg_min(workdays, due_at) as double) as workdays,
    any_value(a_workday) as a_workday,
    cast(any_value(late) as bigint) as late,
    cast(coalesce(sum(least(cases, ahead - can)) filter (where due_on <= $month_end + 30), 0) as bigint) as breaking
from judged
where ahead > can
group by department_id, case_type
order by breaks_on, breaking desc, department_id, case_type
