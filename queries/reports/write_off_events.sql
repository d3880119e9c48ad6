-- One row per write-off, reversal of one, recovery or forgiveness that adds to a figure of the write-offs (3.6) for the
-- period after `$since` up to the month end: $figure is written_off, recovered, net_charge_off or memo_balance.
with events as (
    select
        write_off_id || '/written_off' as event_id,
        loan_id,
        branch,
        product,
        'written_off' as write_off_event,
        written_off_on as happened_on,
        amount as written_off,
        0 as recovered,
        0 as forgiven
    from scoped_write_offs($branches, $products)
    where kind = 'write_off'
    union all
    select
        write_off_id || '/reversed' as event_id,
        loan_id,
        branch,
        product,
        'reversed' as write_off_event,
        reversed_on as happened_on,
        -amount as written_off,
        0 as recovered,
        0 as forgiven
    from scoped_write_offs($branches, $products)
    where kind = 'write_off' and reversed_on is not null
    union all
    select
        recovery_id || '/recovered' as event_id,
        loan_id,
        branch,
        product,
        case when kind = 'forgiven' then 'forgiven' else 'recovered' end as write_off_event,
        recovered_on as happened_on,
        0 as written_off,
        case when kind = 'forgiven' then 0 else amount end as recovered,
        case when kind = 'forgiven' then amount else 0 end as forgiven
    from scoped_recoveries($branches, $products)
),

counted as (
    select
        *,
        case $figure
            when 'written_off' then written_off
            when 'recovered' then recovered
            when 'net_charge_off' then written_off - recovered
            else written_off - recovered - forgiven
        end as amount
    from events
    where last_day(happened_on) <= $month_end and last_day(happened_on) > $since
)

select
    event_id,
    loan_id,
    branch,
    product,
    write_off_event,
    happened_on,
    amount
from counted
where amount <> 0
