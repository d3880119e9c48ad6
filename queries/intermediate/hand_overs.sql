-- One row per time a case was sent to another department: accepted, returned, or open still. What is sent on or closed
-- without an answer is withdrawn, and counts as returned: sent = accepted + returned + open. `sent_minute` is the place of
-- the sending among the working minutes of the receiver's calendar: how long it waited by any day is a difference. It is held
-- to the service level of the day on which it was sent.
with turns as (
    select
        case_id,
        event_id,
        event,
        happened_at,
        actor,
        to_department,
        lead(event) over (partition by case_id order by happened_at, turn, event_id) as next_event,
        lead(happened_at) over (partition by case_id order by happened_at, turn, event_id) as next_at,
        lead(actor) over (partition by case_id order by happened_at, turn, event_id) as next_actor
    from intermediate.case_turns
    where event in ('sent', 'accepted', 'returned', 'closed')
),

sent as (
    select
        *,
        case next_event
            when 'accepted' then 'accepted'
            when 'returned' then 'returned'
            when 'sent' then 'returned'
            when 'closed' then 'returned'
            else 'open'
        end as outcome
    from turns
    where event = 'sent' and to_department is not null
),

held as (
    select
        *,
        last_value(case when outcome = 'accepted' then to_department end ignore nulls) over (
            partition by case_id order by happened_at, event_id
            rows between unbounded preceding and 1 preceding
        ) as held_by
    from sent
),

between_departments as (
    select
        held.event_id as hand_over_id,
        held.case_id,
        facts.case_type,
        facts.branch,
        facts.product,
        facts.loan_id,
        coalesce(givers.department_id, facts.department_id) as from_department_id,
        takers.department_id as to_department_id,
        held.happened_at as sent_at,
        held.next_at as answered_at,
        held.actor as sent_by,
        held.next_actor as answered_by,
        held.outcome,
        coalesce(held.next_event in ('sent', 'closed'), false) as is_withdrawn
    from held
    inner join intermediate.case_facts as facts on held.case_id = facts.case_id
    inner join intermediate.department_homes as takers on held.to_department = takers.recorded_id
    left join intermediate.department_homes as givers on held.held_by = givers.recorded_id
),

timed as (
    select
        handed.*,
        cast(handed.sent_at as date) as sent_on,
        cast(handed.answered_at as date) as answered_on,
        coalesce(handed.answered_at, cast(build.as_of as timestamp) + interval 86399 second) as until,
        coalesce(levels.calendar_id, takers.calendar_id) as calendar_id,
        levels.amount,
        levels.unit
    from between_departments as handed
    cross join raw.build as build
    inner join marts.departments as takers on handed.to_department_id = takers.department_id
    left join raw.service_levels as levels
        on levels.case_type = 'cross_dept_handoff'
        and levels.measure = 'accept'
        and levels.grade = 'standard'
        and cast(handed.sent_at as date) between levels.valid_from and coalesce(levels.valid_to, date '9999-12-31')
    where handed.from_department_id <> handed.to_department_id
),

waited as (
    select
        timed.*,
        case timed.unit
            when 'minutes' then timed.amount
            when 'hours' then timed.amount * 60
            when 'days' then timed.amount * first_days.day_minutes
        end as target_minutes,
        first_days.minutes_before
        + case when first_days.is_workday then first_minutes.minutes_into else 0 end as sent_minute,
        last_days.minutes_before
        + case when last_days.is_workday then last_minutes.minutes_into else 0 end
        - first_days.minutes_before
        - case when first_days.is_workday then first_minutes.minutes_into else 0 end as wait_minutes
    from timed
    left join marts.working_days as first_days
        on timed.calendar_id = first_days.calendar_id and timed.sent_on = first_days.day
    left join intermediate.day_minutes as first_minutes
        on timed.calendar_id = first_minutes.calendar_id
        and date_diff('minute', cast(timed.sent_on as timestamp), timed.sent_at) = first_minutes.minute_of_day
    left join marts.working_days as last_days
        on timed.calendar_id = last_days.calendar_id and cast(timed.until as date) = last_days.day
    left join intermediate.day_minutes as last_minutes
        on timed.calendar_id = last_minutes.calendar_id
        and date_diff('minute', cast(cast(timed.until as date) as timestamp), timed.until)
        = last_minutes.minute_of_day
)

select
    hand_over_id,
    case_id,
    case_type,
    branch,
    product,
    loan_id,
    from_department_id,
    to_department_id,
    sent_at,
    sent_on,
    answered_at,
    answered_on,
    sent_by,
    answered_by,
    outcome,
    is_withdrawn,
    calendar_id,
    cast(sent_minute as bigint) as sent_minute,
    target_minutes,
    cast(wait_minutes as bigint) as wait_minutes,
    coalesce(wait_minutes > target_minutes, false) as is_late
from waited
