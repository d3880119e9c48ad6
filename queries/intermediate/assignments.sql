-- One row per time a case was given to somebody while it stayed with a department: the first from the beginning of the
-- stay on, each until the next, the last without an end.
with given as (
    select
        stays.case_id,
        stays.stay,
        stays.entered_at,
        events.to_staff,
        events.happened_at,
        lag(events.happened_at) over (
            partition by stays.case_id, stays.stay order by events.happened_at, events.event_id
        ) as before_at,
        lead(events.happened_at) over (
            partition by stays.case_id, stays.stay order by events.happened_at, events.event_id
        ) as next_at
    from raw.case_events as events
    inner join intermediate.case_stays as stays
        on events.case_id = stays.case_id
        and events.happened_at >= stays.entered_at
        and events.happened_at < coalesce(stays.left_at, timestamp '9999-12-31 00:00:00')
    where events.event = 'assigned' and events.to_staff is not null
)

select
    case_id,
    stay,
    to_staff,
    case when before_at is null then entered_at else happened_at end as given_at,
    next_at as given_on_at
from given
