-- One row per department and case type that has had cases in three months: what came, went and is open, the pace of it a
-- working day of the department, and how many more one more person would close a day at the type's standard time (11).
with work as (
    select
        department_id,
        case_type,
        sum(case when month_end = $month_end then backlog else 0 end) as backlog,
        sum(case when month_end = $month_end then overdue_open else 0 end) as overdue_open,
        sum(opened + received) as came,
        sum(closed + handed_on) as went,
        sum(closed_minutes + case when month_end = $month_end then backlog_minutes else 0 end) as minutes,
        sum(closed + case when month_end = $month_end then backlog else 0 end) as cases
    from scoped_workload($branches, $products)
    where month_end > last_day($month_end - interval 3 month) and month_end <= $month_end
        and ($department_id = '' or department_id = $department_id)
    group by department_id, case_type
),

days as (
    select
        until.calendar_id,
        until.workday_no - since.workday_no as workdays
    from book_working_days() as until
    inner join book_working_days() as since
        on until.calendar_id = since.calendar_id and since.day = last_day($month_end - interval 3 month)
    where until.day = $month_end
),

terms as (select case_hours from book_capacity_terms() where month_end = $month_end)

select
    work.department_id,
    coalesce(departments.name, work.department_id) as department,
    coalesce(departments.name_zh, work.department_id) as department_zh,
    work.case_type,
    work.backlog,
    work.overdue_open,
    work.came,
    work.went,
    work.went / nullif(cast(days.workdays as double), 0) as a_workday,
    cast($month_end - last_day($month_end - interval 3 month) as bigint) as days,
    cast(work.minutes as double) as minutes,
    work.cases as timed_cases,
    terms.case_hours
from work
cross join terms
left join book_departments() as departments on work.department_id = departments.department_id
left join days on coalesce(departments.calendar_id, 'office') = days.calendar_id
where work.backlog > 0 or work.came > 0 or work.went > 0
order by work.department_id, work.case_type
