-- One row per loan and month end in which something of it was written off, or came back on what had been (6.3). A
-- write-off taken back in the same month never was; one taken back later was a loss until then, and comes back like a
-- recovery: what was lost never falls. What was
-- forgiven brings nothing back.
with write_offs as (
    select
        loan_id,
        last_day(written_off_on) as month_end,
        last_day(reversed_on) as back_on,
        amount
    from staging.write_offs
    where kind = 'write_off'
),

lost as (
    select distinct loan_id
    from write_offs
),

events as (
    select
        loan_id,
        month_end,
        amount as lost_amount,
        0 as recovered_amount
    from write_offs
    where back_on is null or back_on > month_end
    union all
    select
        loan_id,
        back_on as month_end,
        0 as lost_amount,
        amount as recovered_amount
    from write_offs
    where back_on > month_end
    union all
    select
        recoveries.loan_id,
        last_day(recoveries.recovered_on) as month_end,
        0 as lost_amount,
        recoveries.amount as recovered_amount
    from raw.recoveries as recoveries
    inner join lost on recoveries.loan_id = lost.loan_id
    where recoveries.kind is distinct from 'forgiven'
)

select
    events.loan_id,
    events.month_end,
    loans.branch,
    loans.product,
    cast(sum(events.lost_amount) as decimal(18, 2)) as lost_amount,
    cast(sum(events.recovered_amount) as decimal(18, 2)) as recovered_amount
from events
inner join intermediate.loan_rules as loans on events.loan_id = loans.loan_id
group by events.loan_id, events.month_end, loans.branch, loans.product
order by events.loan_id, events.month_end
