-- One row per wait of a case: from `waiting` to whatever happens to it next, or to the book's last day.
-- Only a wait for the customer or the court stops a clock, and only one that may be stopped.
with waiting_cases as (
    select case_id
    from raw.case_events
    where event = 'waiting'
    group by case_id
),

ordered as (
    select
        events.case_id,
        events.event_id,
        events.event,
        events.waits_for,
        events.happened_at,
        lead(events.happened_at) over (partition by events.case_id order by events.happened_at, events.event_id)
            as next_at
    from raw.case_events as events
    inner join waiting_cases on events.case_id = waiting_cases.case_id
)

select
    ordered.case_id,
    ordered.event_id,
    ordered.waits_for,
    ordered.happened_at as started_at,
    ordered.next_at as ended_at,
    coalesce(ordered.next_at, cast(build.as_of as timestamp) + interval 86399 second) as until,
    coalesce(ordered.waits_for in ('customer', 'court'), false) as may_pause
from ordered
cross join raw.build as build
where ordered.event = 'waiting'
