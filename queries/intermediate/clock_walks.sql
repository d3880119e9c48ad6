-- One row per clock and step, walked event by event (12.1): its start, then each event, what it did to the clock and when
-- the clock runs out after it. An event within the time restarts it; a procedure stops it until it ends; what comes too
-- late is nothing, however many follow, unless the debtor itself pays or agrees (Civil Code 192). An obstacle that stands in
-- the last six months of the time suspends it: it runs out six months after the obstacle is gone (194); one that is gone
-- before them, or has not lasted into them yet, does nothing. Never beyond 20 years. Without `expires_on` the clock stands
-- still. `runs_until` is when the time is over but for obstacles: while one stands (`hindered_until`), who looks on an
-- earlier day tells by it whether the clock had been suspended yet.
with recursive walks as (
    select
        starts.clock_id,
        starts.years,
        starts.starts_on,
        cast(0 as bigint) as step,
        starts.starts_on as happened_on,
        starts.starts_with as event,
        'started' as effect,
        cast(null as date) as ends_on,
        starts.starts_on as runs_from,
        cast(starts.starts_on + starts.years * interval 1 year as date) as runs_until,
        cast(starts.starts_on + starts.years * interval 1 year as date) as expires_on,
        cast(null as date) as stopped_until,
        cast(null as date) as hindered_until,
        false as is_revived
    from intermediate.clock_starts as starts
    cross join raw.build as build
    where starts.starts_on <= build.as_of
    union all
    select
        timed.clock_id,
        timed.years,
        timed.starts_on,
        timed.step,
        timed.happened_on,
        timed.event,
        case
            when timed.effect <> 'hindered' then timed.effect
            when timed.runs_until is null or timed.runs_from > timed.happened_on then 'standing'
            when timed.suspended_until > timed.runs_until then 'suspended'
            else 'not_yet'
        end as effect,
        timed.ends_on,
        timed.runs_from,
        timed.runs_until,
        cast(
            case
                when timed.runs_until is null then null
                when timed.suspended_until > timed.runs_until and timed.hindered_until = date '9999-12-31' then null
                else least(
                    greatest(timed.runs_until, coalesce(timed.suspended_until, timed.runs_until)),
                    timed.starts_on + interval 20 year
                )
            end as date
        ) as expires_on,
        timed.stopped_until,
        timed.hindered_until,
        timed.is_revived
    from (
        select
            steps.*,
            cast(steps.runs_from + steps.years * interval 1 year as date) as runs_until,
            -- Of an obstacle that still stands only that it stands is known.
            case
                when steps.hindered_until < date '9999-12-31' then cast(steps.hindered_until + interval 6 month as date)
                when build.as_of > cast(steps.runs_from + steps.years * interval 1 year as date) - interval 6 month
                    then steps.hindered_until
            end as suspended_until
        from (
            select
                walks.clock_id,
                walks.years,
                walks.starts_on,
                events.event_no as step,
                events.happened_on,
                events.event,
                case
                    when events.happened_on > walks.expires_on and events.is_by_debtor then 'revived'
                    when events.happened_on > walks.expires_on then 'too_late'
                    when events.event = 'obstacle' then 'hindered'
                    when events.stops then 'stopped'
                    when walks.runs_from is null or walks.runs_from > events.happened_on then 'standing'
                    else 'restarted'
                end as effect,
                events.ends_on,
                case
                    when events.happened_on > walks.expires_on and events.is_by_debtor then events.happened_on
                    when events.happened_on > walks.expires_on or events.event = 'obstacle' then walks.runs_from
                    when walks.runs_from is null or (events.stops and events.ends_on is null) then null
                    when events.stops then greatest(walks.runs_from, events.ends_on)
                    else greatest(walks.runs_from, events.happened_on)
                end as runs_from,
                case
                    when events.stops and not coalesce(events.happened_on > walks.expires_on, false)
                        then greatest(
                            coalesce(walks.stopped_until, date '1900-01-01'),
                            coalesce(events.ends_on, date '9999-12-31')
                        )
                    else walks.stopped_until
                end as stopped_until,
                case
                    when events.event = 'obstacle' and not coalesce(events.happened_on > walks.expires_on, false)
                        then greatest(
                            coalesce(walks.hindered_until, date '1900-01-01'),
                            coalesce(events.ends_on, date '9999-12-31')
                        )
                    else walks.hindered_until
                end as hindered_until,
                walks.is_revived or coalesce(events.happened_on > walks.expires_on and events.is_by_debtor, false)
                    as is_revived
            from walks
            inner join intermediate.clock_events as events
                on walks.clock_id = events.clock_id and walks.step + 1 = events.event_no
        ) as steps
        cross join raw.build as build
    ) as timed
)

select
    *,
    lead(happened_on) over (partition by clock_id order by step) as next_on
from walks
