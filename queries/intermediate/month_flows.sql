-- One row per loan and month end in which something was written off, sold, recovered or disbursed.
with events as (
    select
        loan_id,
        last_day(written_off_on) as month_end,
        case when kind = 'write_off' then amount else 0 end as written_off_amount,
        case when kind = 'sale' then amount else 0 end as sold_amount,
        0 as recovered_amount
    from staging.write_offs
    where reversed_on is null
    union all
    select
        loan_id,
        last_day(recovered_on) as month_end,
        0 as written_off_amount,
        0 as sold_amount,
        amount as recovered_amount
    from raw.recoveries
)

select
    rules.loan_no,
    events.month_end,
    cast(sum(written_off_amount) as decimal(18, 2)) as written_off_amount,
    cast(sum(sold_amount) as decimal(18, 2)) as sold_amount,
    cast(sum(recovered_amount) as decimal(18, 2)) as recovered_amount
from events
inner join intermediate.loan_rules as rules on events.loan_id = rules.loan_id
group by rules.loan_no, events.month_end
