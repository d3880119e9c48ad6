-- One row per case and opening of it, with the service level it is held to and the working minute at which it was
-- opened. A level counts the working minutes of its calendar, or calendar time to the end of the last day.
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
)

select
    levels.*,
    days.day_minutes,
    days.minutes_before + case when days.is_workday then minutes.minutes_into else 0 end as opened_minute,
    case
        when levels.clock = 'working' and levels.unit = 'days' then levels.amount * days.day_minutes
        when levels.unit = 'days' then levels.amount * 1440
        when levels.unit = 'hours' then levels.amount * 60
        else levels.amount
    end as target_minutes
from levels
left join marts.working_days as days
    on levels.calendar_id = days.calendar_id and cast(levels.opened_at as date) = days.day
left join intermediate.day_minutes as minutes
    on levels.calendar_id = minutes.calendar_id
    and date_diff('minute', cast(cast(levels.opened_at as date) as timestamp), levels.opened_at)
    = minutes.minute_of_day
