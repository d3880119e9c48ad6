-- One row per event of a case up to the date looked at, oldest first.
with events as (
    select *
    from scoped_case_events($branches, $products)
    where case_id = $case_id and happened_at < $as_of + interval 1 day
),

departments as (select * from book_departments()),

people as (select * from book_staff())

select
    events.event_id,
    events.happened_at,
    events.event,
    coalesce(actors.name, events.actor) as actor,
    coalesce(receivers.name, events.to_staff) as to_staff,
    events.waits_for,
    events.to_department,
    departments.name as department,
    departments.name_zh as department_zh,
    case when $see_notes then events.note end as note
from events
left join departments on events.to_department = departments.department_id
left join people as actors on events.actor = actors.staff_id
left join people as receivers on events.to_staff = receivers.staff_id
order by events.happened_at, events.event_id
