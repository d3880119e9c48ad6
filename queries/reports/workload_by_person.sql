-- One row per person of a department, or of the house, or of one person, who is there at the month end: the cases on the
-- desk that day, whoever had them before or later, and in each of thirteen months (11).
with people as (
    select *
    from scoped_staff_months($branches, $products)
    where month_end = $month_end
        and people > 0
        and ($department_id = '' or department_id = $department_id)
        and ($staff_id = '' or staff_id = $staff_id)
),

months as (
    select month_end
    from book_month_ends()
    where month_end > last_day($month_end - interval 13 month) and month_end <= $month_end
),

desks as (
    select
        month_end,
        department_id,
        staff_id,
        cast(sum(backlog) as bigint) as backlog,
        cast(sum(overdue_open) as bigint) as overdue_open,
        cast(sum(at_risk) as bigint) as at_risk,
        cast(sum(closed) as bigint) as closed,
        sum(open_minutes) / 60.0 as open_hours
    from scoped_desk_months($branches, $products)
    where month_end > last_day($month_end - interval 13 month) and month_end <= $month_end
        and ($department_id = '' or department_id = $department_id)
        and ($staff_id = '' or staff_id = $staff_id)
    group by month_end, department_id, staff_id
),

history as (
    select
        people.staff_id,
        people.department_id,
        list(coalesce(desks.backlog, 0) order by months.month_end) as trend
    from people
    cross join months
    left join desks
        on people.staff_id = desks.staff_id
        and people.department_id = desks.department_id
        and months.month_end = desks.month_end
    group by people.staff_id, people.department_id
)

select
    history.trend,
    people.staff_id,
    people.name,
    people.department_id,
    people.branch,
    people.grade,
    coalesce(today.backlog, 0) as backlog,
    coalesce(today.overdue_open, 0) as overdue_open,
    coalesce(today.at_risk, 0) as at_risk,
    coalesce(today.closed, 0) as closed,
    coalesce(today.open_hours, 0) as open_hours,
    people.available_hours,
    people.leave_hours,
    cast(people.leave_hours as double) / nullif(people.paid_hours, 0) as absence_rate,
    cast(people.productive_hours as double) / nullif(people.available_hours, 0) as utilisation
from people
left join history on people.staff_id = history.staff_id and people.department_id = history.department_id
left join desks as today
    on people.staff_id = today.staff_id
    and people.department_id = today.department_id
    and today.month_end = $month_end
order by overdue_open desc, backlog desc, people.staff_id
