-- One row per case and opening of it, with the service level it is held to, the moment from which that counts (the opening,
-- or the first of the events that the level starts with) and its working minute. A level counts the working minutes of its
-- calendar, or calendar time to the end of the last day. Where the event that it starts with is not there it says nothing: the
-- recorded target stands, which counts from the opening; without one nothing counts yet. `fulfilled_at` is the first event
-- from then on that the level ends with, before the case was closed: its clock stops there, though the case goes on.
with spells as (
    select
        case_id,
        spell,
        min(entered_at) as opened_at,
        max(case when left_by = 'closed' then left_at end) as closed_at,
        sum(case when left_by = 'received' then 1 else 0 end) as hand_overs
    from intermediate.case_stays
    group by case_id, spell
),

levels as (
    select
        facts.case_id,
        spells.spell,
        facts.case_type,
        spells.opened_at,
        spells.closed_at,
        spells.hand_overs,
        facts.due_at as recorded_due_at,
        coalesce(own.clock, usual.clock) as clock,
        coalesce(own.calendar_id, usual.calendar_id) as calendar_id,
        coalesce(own.amount, usual.amount) as amount,
        coalesce(own.unit, usual.unit) as unit,
        case when own.case_type is not null then own.starts_with else usual.starts_with end as starts_with,
        case when own.case_type is not null then own.ends_with else usual.ends_with end as ends_with,
        coalesce(own.is_statutory, usual.is_statutory, false) as is_statutory,
        coalesce(own.is_pausable, usual.is_pausable, false) as is_pausable
    from spells
    inner join intermediate.case_facts as facts on spells.case_id = facts.case_id
    left join raw.service_levels as usual
        on facts.case_type = usual.case_type
        and usual.measure = 'resolve'
        and usual.grade = 'standard'
        and cast(spells.opened_at as date)
        between usual.valid_from and coalesce(usual.valid_to, date '9999-12-31')
    left join raw.service_levels as own
        on facts.case_type = own.case_type
        and own.measure = 'resolve'
        and facts.grade = own.grade
        and facts.grade <> 'standard'
        and cast(spells.opened_at as date)
        between own.valid_from and coalesce(own.valid_to, date '9999-12-31')
),

-- Few types of case have a level that starts or ends with an event: of the others none is looked at.
named as (
    select
        case_type,
        starts_with as event
    from raw.service_levels
    where measure = 'resolve' and starts_with is not null
    union
    select
        case_type,
        ends_with as event
    from raw.service_levels
    where measure = 'resolve' and ends_with is not null
),

marked as (
    select
        events.case_id,
        events.event,
        events.happened_at
    from raw.case_events as events
    inner join raw.cases as cases on events.case_id = cases.case_id
    inner join named on cases.case_type = named.case_type and events.event = named.event
),

started as (
    select
        marked.case_id,
        stays.spell,
        marked.event,
        min(marked.happened_at) as started_at
    from marked
    inner join intermediate.case_stays as stays
        on marked.case_id = stays.case_id
        and marked.happened_at >= stays.entered_at
        and marked.happened_at <= coalesce(stays.left_at, marked.happened_at)
    group by marked.case_id, stays.spell, marked.event
),

counted as (
    select
        levels.* exclude (starts_with, clock),
        case when levels.starts_with is null or started.started_at is not null then levels.clock end as clock,
        case
            when levels.starts_with is null then levels.opened_at
            when levels.recorded_due_at is null then started.started_at
            else coalesce(started.started_at, levels.opened_at)
        end as counts_from
    from levels
    left join started
        on levels.case_id = started.case_id
        and levels.spell = started.spell
        and levels.starts_with = started.event
),

fulfilled as (
    select
        counted.case_id,
        counted.spell,
        min(marked.happened_at) as fulfilled_at
    from counted
    inner join marked
        on counted.case_id = marked.case_id
        and counted.ends_with = marked.event
        and marked.happened_at >= counted.counts_from
        and marked.happened_at <= coalesce(counted.closed_at, marked.happened_at)
    group by counted.case_id, counted.spell
)

select
    levels.* exclude (ends_with),
    fulfilled.fulfilled_at,
    coalesce(fulfilled.fulfilled_at, levels.closed_at) as ended_at,
    days.day_minutes,
    days.minutes_before + case when days.is_workday then minutes.minutes_into else 0 end as from_minute,
    case
        when levels.clock is null then null
        when levels.clock = 'working' and levels.unit = 'days' then levels.amount * days.day_minutes
        when levels.unit = 'days' then levels.amount * 1440
        when levels.unit = 'hours' then levels.amount * 60
        else levels.amount
    end as target_minutes
from counted as levels
left join fulfilled on levels.case_id = fulfilled.case_id and levels.spell = fulfilled.spell
left join marts.working_days as days
    on levels.calendar_id = days.calendar_id and cast(levels.counts_from as date) = days.day
left join intermediate.day_minutes as minutes
    on levels.calendar_id = minutes.calendar_id
    and date_diff('minute', cast(cast(levels.counts_from as date) as timestamp), levels.counts_from)
    = minutes.minute_of_day
