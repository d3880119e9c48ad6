-- T19 (14.2): claim that came within 90 days of its limitation and for which nobody did, until then or to the data's last
-- day, what restarts or stops it; still claimed. A letter that did not arrive, or came too late, is no action (W27).
select
    'T19_limitation' as test_id,
    case when days_left > 0 then 'near_limitation' else 'time_barred' end as kind,
    loan_id,
    neared_on as happened_on,
    clock_id as reference,
    cast(days_left as decimal(18, 2)) as recorded,
    cast(90 as decimal(18, 2)) as recomputed,
    amount
from intermediate.neared_limits
where acted_on is null and amount > 0
