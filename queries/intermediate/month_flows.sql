-- One row per loan and month end in which something was written off or sold, net of what was taken back that month:
-- how much of it left the loan on the book, what cash came in after the loan had left, and what was owed at the end
-- of the month of a departure that is now taken back.
with events as (
    select
        loan_id,
        written_off_on as happened_on,
        kind,
        amount,
        is_partial,
        cast(null as date) as departed_on
    from staging.write_offs
    union all
    select
        loan_id,
        reversed_on as happened_on,
        kind,
        -amount as amount,
        is_partial,
        case when not is_partial then written_off_on end as departed_on
    from staging.write_offs
    where reversed_on is not null
),

numbered as (
    select
        rules.loan_no,
        last_day(events.happened_on) as month_end,
        events.happened_on,
        events.kind,
        events.amount,
        events.is_partial,
        events.departed_on
    from events
    inner join intermediate.loan_rules as rules on events.loan_id = rules.loan_id
),

-- A loan that had left before the month is owed what it was owed when it left.
returned as (
    select
        numbered.loan_no,
        numbered.month_end,
        max(states.principal_outstanding) as outstanding_before
    from numbered
    inner join intermediate.loan_states as states
        on numbered.loan_no = states.loan_no and last_day(numbered.departed_on) = states.state_date
    where numbered.departed_on is not null and last_day(numbered.departed_on) < numbered.month_end
    group by numbered.loan_no, numbered.month_end
),

departed as (
    select
        loan_no,
        month_end,
        max(happened_on) as departed_on
    from numbered
    where not is_partial and amount > 0
    group by loan_no, month_end
),

cash_after as (
    select
        departed.loan_no,
        departed.month_end,
        cast(sum(cash.amount) as decimal(18, 2)) as amount
    from departed
    inner join intermediate.cash as cash
        on departed.loan_no = cash.loan_no
        and cash.moved_on > departed.departed_on
        and cash.moved_on <= departed.month_end
    group by departed.loan_no, departed.month_end
),

summed as (
    select
        loan_no,
        month_end,
        sum(case when kind = 'write_off' then amount else 0 end) as written_off_amount,
        sum(case when kind = 'sale' then amount else 0 end) as sold_amount,
        sum(case when is_partial then amount else 0 end) as partial_amount
    from numbered
    group by loan_no, month_end
)

select
    summed.loan_no,
    summed.month_end,
    cast(summed.written_off_amount as decimal(18, 2)) as written_off_amount,
    cast(summed.sold_amount as decimal(18, 2)) as sold_amount,
    cast(summed.partial_amount as decimal(18, 2)) as partial_amount,
    greatest(coalesce(cash_after.amount, 0), 0) as cash_after,
    returned.outstanding_before
from summed
left join cash_after
    on summed.loan_no = cash_after.loan_no and summed.month_end = cash_after.month_end
left join returned
    on summed.loan_no = returned.loan_no and summed.month_end = returned.month_end
