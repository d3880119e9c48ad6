-- One row per case that anyone has worked on: the first thing done, and until when the last thing happened. To begin work is
-- no answer: nobody outside hears of it (11).
select
    case_id,
    min(
        case when event not in ('opened', 'reopened', 'assigned', 'started', 'waiting', 'sent') then happened_at end
    ) as answered_at,
    max(happened_at) as last_event_at
from raw.case_events
group by case_id
