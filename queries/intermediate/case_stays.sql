-- One row per stay of a case with one department: from the opening, the hand-over or the reopening to the next hand-over
-- or the closing. `spell` counts the openings: a case opened again is one more.
with marks as (
    select
        turns.case_id,
        turns.event,
        turns.happened_at,
        turns.turn,
        turns.event_id,
        case when turns.event = 'opened' then facts.department_id end as department_id,
        cast(null as varchar) as taken_by
    from intermediate.case_turns as turns
    inner join intermediate.case_facts as facts on turns.case_id = facts.case_id
    where turns.event in ('opened', 'reopened', 'closed')
    union all
    select
        case_id,
        'received' as event,
        answered_at as happened_at,
        3 as turn,
        hand_over_id as event_id,
        to_department_id as department_id,
        answered_by as taken_by
    from intermediate.hand_overs
    where outcome = 'accepted'
),

ordered as (
    select
        *,
        lag(event) over (partition by case_id order by happened_at, turn, event_id) as event_before
    from marks
),

-- Opened again only what was closed; closed or handed over only what was open.
sound as (
    select
        *,
        lead(event) over (partition by case_id order by happened_at, turn, event_id) as left_by,
        lead(happened_at) over (partition by case_id order by happened_at, turn, event_id) as left_at,
        sum(case when event in ('opened', 'reopened') then 1 else 0 end) over (
            partition by case_id order by happened_at, turn, event_id
            rows between unbounded preceding and current row
        ) as spell,
        row_number() over (partition by case_id order by happened_at, turn, event_id) as stay,
        last_value(department_id ignore nulls) over (
            partition by case_id order by happened_at, turn, event_id
            rows between unbounded preceding and current row
        ) as held_by
    from ordered
    where case event
        when 'opened' then event_before is null
        when 'reopened' then event_before = 'closed'
        when 'received' then event_before <> 'closed'
        else event_before <> 'closed'
    end
)

select
    case_id,
    cast(stay as bigint) as stay,
    cast(spell as bigint) as spell,
    held_by as department_id,
    event as entered_by,
    happened_at as entered_at,
    left_by,
    left_at,
    taken_by
from sound
where event <> 'closed'
