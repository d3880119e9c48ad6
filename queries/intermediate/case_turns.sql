-- One row per event at which a case turns: opened, handed over, closed, opened again. The log leads; what it does not
-- hold of a case, its record stands in for. Of two at one moment the opening comes first and the closing last.
with logged as (
    select
        case_id,
        max(case when event = 'opened' then 1 else 0 end) as has_opened,
        max(case when event = 'closed' then 1 else 0 end) as has_closed
    from raw.case_events
    where event in ('opened', 'closed')
    group by case_id
),

turns as (
    select
        case_id,
        event_id,
        event,
        happened_at,
        actor,
        to_department
    from raw.case_events
    where event in ('opened', 'reopened', 'sent', 'accepted', 'returned', 'closed')
    union all
    select
        cases.case_id,
        concat(cases.case_id, '/opened') as event_id,
        'opened' as event,
        cases.opened_at as happened_at,
        cast(null as varchar) as actor,
        cast(null as varchar) as to_department
    from raw.cases as cases
    left join logged on cases.case_id = logged.case_id
    where coalesce(logged.has_opened, 0) = 0
    union all
    select
        cases.case_id,
        concat(cases.case_id, '/closed') as event_id,
        'closed' as event,
        cases.closed_at as happened_at,
        cast(null as varchar) as actor,
        cast(null as varchar) as to_department
    from raw.cases as cases
    left join logged on cases.case_id = logged.case_id
    where cases.closed_at is not null and coalesce(logged.has_closed, 0) = 0
)

select
    *,
    case event
        when 'opened' then 0
        when 'reopened' then 1
        when 'sent' then 2
        when 'closed' then 9
        else 3
    end as turn
from turns
