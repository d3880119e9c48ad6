-- One row per case and opening of it: by when it is to be closed, from when on it is at risk, and the time it took.
-- The level's clock leads; the recorded target stands where no level is known, its day whole where it has no hour.
-- What is owed by then is that it is closed, or the event that its level ends with (`fulfilled_at`): there the clock stops.
-- `worked_minutes` run on until it was closed, with whatever it waited for after that event.
with risk as (
    select coalesce(max(cast(value as double)), 0.8) as share
    from staging.parameters
    where param_id = 'case_at_risk'
),

aimed as (
    select
        spells.*,
        coalesce(pauses.paused_minutes, 0) as paused_minutes,
        coalesce(pauses.target_moves, 0) as target_moves,
        coalesce(pauses.risk_moves, 0) as risk_moves,
        risk.share,
        cast(ceil(spells.from_minute + spells.target_minutes + coalesce(pauses.target_moves, 0)) as bigint)
            as due_minute,
        cast(
            ceil(spells.from_minute + risk.share * spells.target_minutes + coalesce(pauses.risk_moves, 0)) as bigint
        ) as risk_minute
    from intermediate.case_spells as spells
    cross join risk
    left join intermediate.spell_pauses as pauses
        on spells.case_id = pauses.case_id and spells.spell = pauses.spell
),

-- A minute is on the workday of its number: the last minute of a day is that day's, not the next one's first.
dated as (
    select
        aimed.*,
        due_days.day as due_day,
        aimed.due_minute - due_days.minutes_before as due_into,
        due_days.opens,
        due_days.break_from,
        due_days.break_until,
        risk_days.day as risk_day,
        aimed.risk_minute - risk_days.minutes_before as risk_into
    from aimed
    left join marts.working_days as due_days
        on aimed.calendar_id = due_days.calendar_id
        and due_days.is_workday
        and cast(floor((aimed.due_minute - 1) / aimed.day_minutes) as bigint) + 1 = due_days.workday_no
        and aimed.clock = 'working'
    left join marts.working_days as risk_days
        on aimed.calendar_id = risk_days.calendar_id
        and risk_days.is_workday
        and cast(floor((aimed.risk_minute - 1) / aimed.day_minutes) as bigint) + 1 = risk_days.workday_no
        and aimed.clock = 'working'
),

targets as (
    select
        *,
        case
            when clock = 'working' then
                cast(due_day as timestamp) + (
                    opens + due_into
                    + case when due_into > break_from - opens then break_until - break_from else 0 end
                ) * interval 1 minute
            when clock = 'calendar' and unit = 'days' then
                cast(cast(counts_from + amount * interval 1 day as date) as timestamp)
                + interval 86399 second
                + target_moves * interval 1 minute
            when clock = 'calendar' then
                counts_from + cast(round(target_minutes * 60) as bigint) * interval 1 second
                + target_moves * interval 1 minute
            when recorded_due_at = cast(cast(recorded_due_at as date) as timestamp) then
                recorded_due_at + interval 86399 second
            else recorded_due_at
        end as due_at,
        case
            when clock = 'working' then
                cast(risk_day as timestamp) + (
                    opens + risk_into
                    + case when risk_into > break_from - opens then break_until - break_from else 0 end
                ) * interval 1 minute
        end as working_risk_at
    from dated
),

closings as (
    select
        targets.*,
        coalesce(
            targets.working_risk_at,
            targets.counts_from
            + cast(
                targets.share * date_diff(
                    'minute', targets.counts_from, targets.due_at - targets.target_moves * interval 1 minute
                ) as bigint
            ) * interval 1 minute
            + targets.risk_moves * interval 1 minute
        ) as at_risk_at,
        coalesce(targets.ended_at, cast(build.as_of as timestamp) + interval 86399 second) as until,
        case when targets.fulfilled_at is not null then targets.closed_at end as closed_after
    from targets
    cross join raw.build as build
),

timed as (
    select
        closings.*,
        case
            when closings.clock = 'working' then
                days.minutes_before + case when days.is_workday then minutes.minutes_into else 0 end
                - closings.from_minute
            else date_diff('minute', closings.counts_from, closings.until)
        end - closings.paused_minutes as elapsed_minutes,
        case
            when closings.closed_after is null then 0
            when closings.clock = 'working' then
                last_days.minutes_before + case when last_days.is_workday then last_minutes.minutes_into else 0 end
                - days.minutes_before - case when days.is_workday then minutes.minutes_into else 0 end
            else date_diff('minute', closings.until, closings.closed_after)
        end as minutes_after
    from closings
    left join marts.working_days as days
        on closings.calendar_id = days.calendar_id and cast(closings.until as date) = days.day
    left join intermediate.day_minutes as minutes
        on closings.calendar_id = minutes.calendar_id
        and date_diff('minute', cast(cast(closings.until as date) as timestamp), closings.until)
        = minutes.minute_of_day
    left join marts.working_days as last_days
        on closings.calendar_id = last_days.calendar_id and cast(closings.closed_after as date) = last_days.day
    left join intermediate.day_minutes as last_minutes
        on closings.calendar_id = last_minutes.calendar_id
        and date_diff('minute', cast(cast(closings.closed_after as date) as timestamp), closings.closed_after)
        = last_minutes.minute_of_day
)

select
    case_id,
    spell,
    opened_at,
    closed_at,
    fulfilled_at,
    hand_overs,
    coalesce(clock, case when due_at is not null then 'recorded' end) as clock,
    is_statutory,
    target_minutes,
    paused_minutes,
    due_at,
    at_risk_at,
    elapsed_minutes,
    elapsed_minutes + minutes_after as worked_minutes,
    -- Done at the next opening it took no more working time than was allowed; what runs on is late from its target on.
    coalesce(
        until > due_at
        and (clock is distinct from 'working' or ended_at is null or elapsed_minutes > target_minutes),
        false
    ) as is_breached,
    lead(opened_at) over (partition by case_id order by spell) as reopened_at
from timed
