-- One row per legal clock and standing on the data's last day: how many, and the money at risk if the day is missed (12.1).
select
    legal_clock,
    clock_status,
    sum(clocks) as clocks,
    sum(loans) as loans,
    sum(amount) as amount,
    min(next_on) as next_on
from scoped_clock_standings($branches, $products)
group by legal_clock, clock_status
order by legal_clock, clock_status
