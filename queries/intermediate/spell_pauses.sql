-- One row per opening of a case that a wait stopped: the minutes by which its target moves, and by which the moment from
-- which it is at risk. A wait that began after either had passed moves it no more.
with stopping as (
    select
        spells.case_id,
        spells.spell,
        spells.clock,
        spells.calendar_id,
        spells.opened_at,
        spells.from_minute,
        spells.target_minutes,
        pauses.started_at,
        least(pauses.until, coalesce(spells.ended_at, pauses.until)) as until
    from intermediate.case_spells as spells
    inner join intermediate.case_pauses as pauses
        on spells.case_id = pauses.case_id
        and pauses.started_at >= spells.opened_at
        and pauses.started_at < coalesce(spells.ended_at, pauses.until)
    where spells.is_pausable and not spells.is_statutory and pauses.may_pause
),

placed as (
    select
        stopping.*,
        case
            when stopping.clock = 'working' then
                first_days.minutes_before
                + case when first_days.is_workday then first_minutes.minutes_into else 0 end
                - stopping.from_minute
            else date_diff('minute', stopping.opened_at, stopping.started_at)
        end as started_minute,
        case
            when stopping.clock = 'working' then
                last_days.minutes_before
                + case when last_days.is_workday then last_minutes.minutes_into else 0 end
                - first_days.minutes_before
                - case when first_days.is_workday then first_minutes.minutes_into else 0 end
            else date_diff('minute', stopping.started_at, stopping.until)
        end as minutes
    from stopping
    left join marts.working_days as first_days
        on stopping.calendar_id = first_days.calendar_id and cast(stopping.started_at as date) = first_days.day
    left join intermediate.day_minutes as first_minutes
        on stopping.calendar_id = first_minutes.calendar_id
        and date_diff('minute', cast(cast(stopping.started_at as date) as timestamp), stopping.started_at)
        = first_minutes.minute_of_day
    left join marts.working_days as last_days
        on stopping.calendar_id = last_days.calendar_id and cast(stopping.until as date) = last_days.day
    left join intermediate.day_minutes as last_minutes
        on stopping.calendar_id = last_minutes.calendar_id
        and date_diff('minute', cast(cast(stopping.until as date) as timestamp), stopping.until)
        = last_minutes.minute_of_day
),

run as (
    select
        *,
        started_minute - coalesce(
            sum(minutes) over (
                partition by case_id, spell order by started_at rows between unbounded preceding and 1 preceding
            ),
            0
        ) as elapsed_minutes
    from placed
)

select
    run.case_id,
    run.spell,
    count(*) as pauses,
    sum(run.minutes) as paused_minutes,
    sum(case when run.elapsed_minutes < run.target_minutes then run.minutes else 0 end) as target_moves,
    sum(
        case when run.elapsed_minutes < risk.share * run.target_minutes then run.minutes else 0 end
    ) as risk_moves
from run
cross join (
    select coalesce(max(cast(value as double)), 0.8) as share
    from staging.parameters
    where param_id = 'case_at_risk'
) as risk
group by run.case_id, run.spell
