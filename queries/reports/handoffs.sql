-- One row per pair of departments: cases handed from one to the other up to the date looked at.
with events as (
    select *
    from scoped_case_events($branches, $products)
    where to_department is not null and happened_at < $as_of + interval 1 day
),

ordered as (
    select
        *,
        lag(to_department) over (partition by case_id order by happened_at, event_id) as held_by
    from events
),

departments as (select * from book_departments())

select
    coalesce(ordered.held_by, ordered.department_id) as from_id,
    coalesce(givers.name, ordered.held_by, ordered.department_id) as from_department,
    coalesce(givers.name_zh, ordered.held_by, ordered.department_id) as from_department_zh,
    ordered.to_department as to_id,
    coalesce(takers.name, ordered.to_department) as to_department,
    coalesce(takers.name_zh, ordered.to_department) as to_department_zh,
    count(*) as handed_over,
    count(distinct ordered.case_id) as cases
from ordered
left join departments as givers
    on coalesce(ordered.held_by, ordered.department_id) = givers.department_id
left join departments as takers on ordered.to_department = takers.department_id
where coalesce(ordered.held_by, ordered.department_id) <> ordered.to_department
group by all
order by handed_over desc, from_id, to_id
