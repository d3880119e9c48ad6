-- One row per loan and month end in which something was written off or sold, net of what was taken back that month.
with events as (
    select
        loan_id,
        last_day(written_off_on) as month_end,
        kind,
        amount
    from staging.write_offs
    union all
    select
        loan_id,
        last_day(reversed_on) as month_end,
        kind,
        -amount as amount
    from staging.write_offs
    where reversed_on is not null
)

select
    rules.loan_no,
    events.month_end,
    cast(sum(case when events.kind = 'write_off' then events.amount else 0 end) as decimal(18, 2)) as written_off_amount,
    cast(sum(case when events.kind = 'sale' then events.amount else 0 end) as decimal(18, 2)) as sold_amount
from events
inner join intermediate.loan_rules as rules on events.loan_id = rules.loan_id
group by rules.loan_no, events.month_end
