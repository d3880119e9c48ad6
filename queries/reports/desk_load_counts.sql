-- One row per month end and person there: the standard hours of the open cases on the desk, and what they add to the Gini
-- index of the department (11). Of n people, the one in place i from the least loaded adds 2i - n - 1 times the hours to what is
-- uneven, and n times the hours to what that is set against. Everybody who is there counts, also who has no case.
with held as (
    select
        month_end,
        department_id,
        staff_id,
        sum(open_minutes) as minutes
    from scoped_desk_months($branches, $products)
    group by month_end, department_id, staff_id
),

loads as (
    select
        people.month_end,
        people.staff_id,
        people.name,
        people.department_id,
        people.branch,
        people.grade,
        coalesce(held.minutes, 0) as minutes
    from scoped_staff_months($branches, $products) as people
    left join held
        on people.month_end = held.month_end
        and people.department_id = held.department_id
        and people.staff_id = held.staff_id
    where people.people > 0
),

-- Of people who are out of view nobody knows what is on their desks.
views as (
    select
        month_end,
        department_id,
        max(people_unseen) as people_unseen
    from scoped_capacity($branches, $products)
    group by month_end, department_id
),

ranked as (
    select
        *,
        row_number() over (partition by month_end, department_id order by minutes, staff_id) as place,
        count(*) over (partition by month_end, department_id) as persons
    from loads
)

select
    ranked.month_end,
    concat(ranked.department_id, ' ', ranked.staff_id) as row_id,
    ranked.staff_id,
    ranked.name,
    ranked.department_id,
    ranked.branch,
    ranked.grade,
    cast(ranked.minutes / 60 as decimal(18, 4)) as open_hours,
    cast((2 * ranked.place - ranked.persons - 1) * ranked.minutes / 60 as decimal(18, 4)) as uneven_hours,
    cast(ranked.persons * ranked.minutes / 60 as decimal(18, 4)) as shared_hours,
    coalesce(views.people_unseen, 0) as people_unseen
from ranked
left join views on ranked.month_end = views.month_end and ranked.department_id = views.department_id
