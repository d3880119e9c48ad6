-- One row per stay of a case and the last person it was assigned to there.
with given as (
    select
        stays.case_id,
        stays.stay,
        events.to_staff,
        row_number() over (
            partition by stays.case_id, stays.stay order by events.happened_at desc, events.event_id desc
        ) as latest
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
    to_staff
from given
where latest = 1
