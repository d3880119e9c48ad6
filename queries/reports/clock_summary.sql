-- One row per legal clock and standing on the data's last day: how many, and the money at risk if the day is missed (12.1).
select
    legal_clock,
    status as clock_status,
    count(*) as clocks,
    count(distinct loan_id) as loans,
    sum(amount) as amount,
    min(expires_on) filter (where expires_on >= $day) as next_on
from scoped_legal_clocks($branches, $products)
group by legal_clock, status
order by legal_clock, clock_status
