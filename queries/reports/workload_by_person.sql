-- One row per person of a department, or of the house, who is there at the month end: the cases on the desk that day,
-- whoever had them before or later (11).
with people as (
    select *
    from scoped_staff_months($branches, $products)
    where month_end = $month_end
        and people > 0
        and ($department_id = '' or department_id = $department_id)
),

stays as (
    select *
    from scoped_case_stays_on($branches, $products, $month_end)
    where left_day > last_day($month_end - interval 1 month)
        and ($department_id = '' or department_id = $department_id)
),

desks as (
    select
        owner,
        department_id,
        count(*) filter (where left_day > $month_end) as backlog,
        count(*) filter (where (left_day > $month_end) and late_from <= $month_end) as overdue_open,
        count(*) filter (
            where (left_day > $month_end) and risk_from <= $month_end and late_from > $month_end
        ) as at_risk,
        count(*) filter (where left_by = 'closed' and left_day <= $month_end) as closed,
        coalesce(sum(standard_minutes) filter (where left_day > $month_end), 0) / 60.0
            as open_hours
    from stays
    group by owner, department_id
),

months as (
    select month_end
    from book_month_ends()
    where month_end > last_day($month_end - interval 13 month) and month_end <= $month_end
),

history as (
    select
        people.staff_id,
        people.department_id,
        list(coalesce(held.backlog, 0) order by months.month_end) as trend
    from people
    cross join months
    left join (
        select
            month_end,
            department_id,
            staff_id,
            cast(sum(backlog) as bigint) as backlog
        from scoped_desk_months($branches, $products)
        where month_end > last_day($month_end - interval 13 month) and month_end <= $month_end
            and ($department_id = '' or department_id = $department_id)
        group by all
    ) as held
        on people.staff_id = held.staff_id
        and people.department_id = held.department_id
        and months.month_end = held.month_end
    group by all
)

select
    history.trend,
    people.staff_id,
    people.name,
    people.department_id,
    people.branch,
    people.grade,
    coalesce(desks.backlog, 0) as backlog,
    coalesce(desks.overdue_open, 0) as overdue_open,
    coalesce(desks.at_risk, 0) as at_risk,
    coalesce(desks.closed, 0) as closed,
    coalesce(desks.open_hours, 0) as open_hours,
    people.available_hours,
    people.leave_hours,
    cast(people.leave_hours as double) / nullif(people.paid_hours, 0) as absence_rate,
    cast(people.productive_hours as double) / nullif(people.available_hours, 0) as utilisation
from people
left join history on people.staff_id = history.staff_id and people.department_id = history.department_id
left join desks on people.staff_id = desks.owner and people.department_id = desks.department_id
order by overdue_open desc, backlog desc, people.staff_id
