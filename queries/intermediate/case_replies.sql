-- One row per case of a type that has a time to answer, or that a customer waits for: the first reply, the minutes that it
-- took, and by when it was owed. On a working clock the minutes are those of its calendar, as the target is.
with levels as (
    select
        facts.case_id,
        facts.case_type,
        facts.opened_at,
        coalesce(own.clock, usual.clock) as clock,
        coalesce(own.calendar_id, usual.calendar_id) as calendar_id,
        coalesce(own.amount, usual.amount) as amount,
        coalesce(own.unit, usual.unit) as unit
    from intermediate.case_facts as facts
    left join raw.service_levels as usual
        on facts.case_type = usual.case_type
        and usual.measure = 'respond'
        and usual.grade = 'standard'
        and cast(facts.opened_at as date) between usual.valid_from and coalesce(usual.valid_to, date '9999-12-31')
    left join raw.service_levels as own
        on facts.case_type = own.case_type
        and own.measure = 'respond'
        and facts.grade = own.grade
        and facts.grade <> 'standard'
        and cast(facts.opened_at as date) between own.valid_from and coalesce(own.valid_to, date '9999-12-31')
    where usual.case_type is not null or own.case_type is not null or facts.case_type = 'complaint'
),

moments as (
    select
        levels.*,
        answers.answered_at,
        build.as_of,
        coalesce(answers.answered_at, cast(build.as_of as timestamp) + interval 86399 second) as until
    from levels
    cross join raw.build as build
    left join intermediate.case_answers as answers on levels.case_id = answers.case_id
),

-- Working minutes before the opening and before the answer, or the data's last second without one.
timed as (
    select
        moments.*,
        opened.day_minutes,
        case
            when moments.clock = 'working' then
                ended.minutes_before + case when ended.is_workday then ended_minutes.minutes_into else 0 end
                - opened.minutes_before - case when opened.is_workday then opened_minutes.minutes_into else 0 end
            else date_diff('second', moments.opened_at, moments.until) / 60.0
        end as minutes,
        case
            when moments.clock = 'working' and moments.unit = 'days' then moments.amount * opened.day_minutes
            when moments.unit = 'days' then moments.amount * 1440
            when moments.unit = 'hours' then moments.amount * 60
            else moments.amount
        end as target_minutes
    from moments
    left join marts.working_days as opened
        on moments.clock = 'working'
        and moments.calendar_id = opened.calendar_id
        and cast(moments.opened_at as date) = opened.day
    left join intermediate.day_minutes as opened_minutes
        on moments.clock = 'working'
        and moments.calendar_id = opened_minutes.calendar_id
        and date_diff('minute', cast(cast(moments.opened_at as date) as timestamp), moments.opened_at)
        = opened_minutes.minute_of_day
    left join marts.working_days as ended
        on moments.clock = 'working'
        and moments.calendar_id = ended.calendar_id
        and cast(moments.until as date) = ended.day
    left join intermediate.day_minutes as ended_minutes
        on moments.clock = 'working'
        and moments.calendar_id = ended_minutes.calendar_id
        and date_diff('minute', cast(cast(moments.until as date) as timestamp), moments.until)
        = ended_minutes.minute_of_day
)

-- Whoever has not been answered fails on the day on which the data ends, if the time is over by then, and is offered then.
select
    case_id,
    answered_at,
    case when answered_at is not null then cast(minutes as decimal(18, 2)) end as reply_minutes,
    target_minutes,
    case
        when answered_at is not null then cast(answered_at as date)
        when round(minutes * 60) > round(target_minutes * 60) then as_of
    end as told_on,
    coalesce(answered_at is not null and round(minutes * 60) <= round(target_minutes * 60), false) as is_in_time
from timed
