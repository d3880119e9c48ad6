-- One row per month end, branch, product, department and case type: cases opened, closed, open, late, due (11).
-- A case due today is not late. A case due in the month is breached when it was closed after its due day or is open
-- past it on the data's last day: the due cohort, never only the closed ones, as known at last.
with months as (
    select distinct month_end
    from raw.calendar
    cross join raw.build as build
    where month_end <= last_day(build.as_of)
),

cases as (select * from marts.cases),

touched as (
    select
        months.month_end,
        build.as_of,
        cases.*
    from cases
    cross join raw.build as build
    inner join months
        on last_day(cases.opened_on) <= months.month_end
        and (
            cases.closed_on is null
            or months.month_end <= last_day(greatest(cases.closed_on, coalesce(cases.due_on, cases.closed_on)))
        )
),

flagged as (
    select
        month_end,
        branch,
        product,
        department_id,
        department,
        department_zh,
        case_type,
        case when last_day(opened_on) = month_end then 1 else 0 end as opened,
        case when last_day(closed_on) = month_end then 1 else 0 end as closed,
        case when closed_on is null or closed_on > month_end then 1 else 0 end as backlog,
        case
            when (closed_on is null or closed_on > month_end) and due_on < month_end then 1
            else 0
        end as overdue_open,
        case when last_day(due_on) = month_end then 1 else 0 end as due_in_month,
        case
            when last_day(due_on) = month_end and due_on < coalesce(closed_on, as_of) then 1
            else 0
        end as breached_in_month,
        case
            when closed_on is null or closed_on > month_end then date_diff('day', opened_on, month_end)
            else 0
        end as age_days
    from touched
)

select
    month_end,
    branch,
    product,
    department_id,
    department,
    department_zh,
    case_type,
    sum(opened) as opened,
    sum(closed) as closed,
    sum(backlog) as backlog,
    sum(overdue_open) as overdue_open,
    sum(due_in_month) as due_in_month,
    sum(breached_in_month) as breached_in_month,
    sum(age_days) as age_days_sum
from flagged
group by month_end, branch, product, department_id, department, department_zh, case_type
order by month_end, department_id
