-- One row per month end: what was written off and recovered in the month and in the twelve months to it (3.6).
-- write_off_ratio is the metric of that name, month by month; write_off_ratio_12m is twelve months' write-offs over the
-- mean of their month ends, the one before the period included; recovery_rate is cash on written-off loans over the memo
-- balance at the period's start; memo = written off - recovered - forgiven. Twelve months are empty where the book does
-- not go back so far.
with dates as (
    select
        month_end,
        lag(month_end) over (order by month_end) as month_before,
        lag(month_end, 12) over (order by month_end) as year_before
    from book_month_ends()
    where month_end <= $month_end
),

balances as (
    select
        month_end,
        sum(balance) as gross,
        -- The metric write_off_ratio: a month's rate, times twelve.
        12 * cast(sum(written_off_amount) as double) / nullif(sum(average_amount), 0) as write_off_ratio
    from scoped_portfolio($branches, $products)
    where month_end <= $month_end
    group by month_end
),

events as (
    select
        last_day(written_off_on) as month_end,
        amount as written_off,
        0 as recovered,
        0 as forgiven
    from scoped_write_offs($branches, $products)
    where kind = 'write_off'
    union all
    select
        last_day(reversed_on) as month_end,
        -amount as written_off,
        0 as recovered,
        0 as forgiven
    from scoped_write_offs($branches, $products)
    where kind = 'write_off' and reversed_on is not null
    union all
    select
        last_day(recovered_on) as month_end,
        0 as written_off,
        case when kind = 'forgiven' then 0 else amount end as recovered,
        case when kind = 'forgiven' then amount else 0 end as forgiven
    from scoped_recoveries($branches, $products)
),

totals as (
    select
        month_end,
        sum(written_off) as written_off,
        sum(recovered) as recovered,
        sum(forgiven) as forgiven
    from events
    where month_end <= $month_end
    group by month_end
),

-- A month without an event adds nothing; events before the book's first month stand in the memo from the start.
memos as (
    select
        dates.month_end,
        coalesce(sum(totals.written_off - totals.recovered - totals.forgiven), 0) as memo_balance,
        coalesce(sum(totals.written_off), 0) as written_off_ever,
        coalesce(sum(totals.recovered), 0) as recovered_ever
    from dates
    left join totals on totals.month_end <= dates.month_end
    group by dates.month_end
),

states as (
    select
        dates.*,
        memos.memo_balance,
        memos.written_off_ever,
        memos.recovered_ever,
        balances.write_off_ratio,
        coalesce(totals.written_off, 0) as written_off,
        coalesce(totals.recovered, 0) as recovered,
        coalesce(totals.forgiven, 0) as forgiven,
        avg(balances.gross) over (order by dates.month_end rows between 12 preceding and current row) as average_year
    from dates
    left join memos on dates.month_end = memos.month_end
    left join balances on dates.month_end = balances.month_end
    left join totals on dates.month_end = totals.month_end
)

select
    states.month_end,
    states.written_off,
    states.recovered,
    states.forgiven,
    states.written_off - states.recovered as net_charge_off,
    states.memo_balance,
    states.write_off_ratio,
    cast(states.recovered as double) / nullif(before.memo_balance, 0) as recovery_rate,
    states.written_off_ever - ago.written_off_ever as written_off_12m,
    states.recovered_ever - ago.recovered_ever as recovered_12m,
    states.written_off_ever - ago.written_off_ever
    - (states.recovered_ever - ago.recovered_ever) as net_charge_off_12m,
    case
        when ago.month_end is not null
            then cast(states.written_off_ever - ago.written_off_ever as double) / nullif(states.average_year, 0)
    end as write_off_ratio_12m,
    cast(states.recovered_ever - ago.recovered_ever as double) / nullif(ago.memo_balance, 0) as recovery_rate_12m
from states
left join states as before on states.month_before = before.month_end
left join states as ago on states.year_before = ago.month_end
where states.month_end >= $first
order by states.month_end
