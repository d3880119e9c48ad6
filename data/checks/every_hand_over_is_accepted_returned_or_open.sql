-- What was sent between departments is what was accepted, returned and is open; what was accepted, a department received.
with sent as (
    select
        count(*) as sent,
        sum(case when outcome = 'accepted' then 1 else 0 end) as accepted,
        sum(case when outcome = 'returned' then 1 else 0 end) as returned,
        sum(case when outcome = 'open' then 1 else 0 end) as open
    from marts.hand_overs
),

stays as (
    select
        sum(case when entered_by = 'received' then 1 else 0 end) as received,
        sum(case when left_by = 'handed_on' then 1 else 0 end) as handed_on
    from marts.case_stays
)

select
    sent.*,
    stays.*
from sent
cross join stays
where sent.sent <> coalesce(sent.accepted, 0) + coalesce(sent.returned, 0) + coalesce(sent.open, 0)
    or coalesce(stays.received, 0) > coalesce(sent.accepted, 0)
    or coalesce(stays.received, 0) <> coalesce(stays.handed_on, 0)
