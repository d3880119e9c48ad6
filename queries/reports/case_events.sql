-- One row per event of a case up to the date looked at, oldest first.
with events as (
    select *
    from scoped_case_events($branches, $products)
    where case_id = $case_id and happened_at < $as_of + interval 1 day
),

departments as (select * from book_departments())

select
    events.event_id,
    events.happened_at,
    events.event,
    events.actor,
    events.to_department,
    departments.name as department,
    departments.name_zh as department_zh,
    case when $see_notes then events.note end as note
from events
left join departments on events.to_department = departments.department_id
order by events.happened_at, events.event_id
