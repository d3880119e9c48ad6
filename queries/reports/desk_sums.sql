-- One row per department, or of one: the people there at the month end, who of them has the most hours of open cases on
-- the desk, and what each of the others has on average (11).
with desks as (
    select
        people.department_id,
        people.staff_id,
        any_value(people.name) as name,
        coalesce(sum(held.backlog), 0) as backlog,
        coalesce(sum(held.overdue_open), 0) as overdue_open,
        cast(coalesce(sum(held.open_minutes), 0) as double) / 60 as open_hours
    from scoped_staff_months($branches, $products) as people
    left join scoped_desk_months($branches, $products) as held
        on people.month_end = held.month_end
        and people.department_id = held.department_id
        and people.staff_id = held.staff_id
    where people.month_end = $month_end
        and people.people > 0
        and ($department_id = '' or people.department_id = $department_id)
    group by people.department_id, people.staff_id
),

ranked as (
    select
        *,
        row_number() over (partition by department_id order by open_hours desc, staff_id) as place
    from desks
)

select
    department_id,
    count(*) as people,
    any_value(staff_id) filter (where place = 1) as staff_id,
    any_value(name) filter (where place = 1) as name,
    cast(any_value(backlog) filter (where place = 1) as bigint) as backlog,
    cast(any_value(overdue_open) filter (where place = 1) as bigint) as overdue_open,
    any_value(open_hours) filter (where place = 1) as open_hours,
    avg(open_hours) filter (where place > 1) as others_hours
from ranked
group by department_id
order by department_id
