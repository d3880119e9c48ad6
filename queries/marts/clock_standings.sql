-- One row per branch, product, legal clock and standing on the data's last day: how many clocks and loans, the money at
-- risk if the day is missed, and the first day that is not past (12.1). A loan has one branch and product, so loans add up.
select
    clocks.branch,
    clocks.product,
    clocks.legal_clock,
    clocks.status as clock_status,
    count(*) as clocks,
    count(distinct clocks.loan_id) as loans,
    cast(sum(clocks.amount) as decimal(18, 2)) as amount,
    min(case when clocks.expires_on >= build.as_of then clocks.expires_on end) as next_on
from marts.legal_clocks as clocks
cross join raw.build as build
group by clocks.branch, clocks.product, clocks.legal_clock, clocks.status
order by clocks.branch, clocks.product, clocks.legal_clock, clocks.status
