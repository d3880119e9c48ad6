-- One row per promise to pay and month end at which it counts: as made in the month, as told in the month in which its last
-- day fell, and as broken, in whole or in part, at each month end less than 90 days after its day (section 7; so do the early
-- warnings). Promises cancelled by agreement are made and never told.
with made as (
    select
        *,
        last_day(promised_on) as month_end,
        'made' as telling
    from marts.promises
),

told as (
    select
        *,
        last_day(kept_by) as month_end,
        'told' as telling
    from marts.promises
    where outcome in ('kept', 'partial', 'broken')
),

fresh as (
    select
        promises.*,
        months.month_end,
        'fresh' as telling
    from marts.promises as promises
    inner join marts.month_ends as months
        on months.month_end >= promises.kept_by and months.month_end < promises.due_on + 90
    where promises.outcome in ('partial', 'broken')
),

counted as (
    select * from made
    union all
    select * from told
    union all
    select * from fresh
)

select
    month_end,
    promise_id,
    max(loan_id) as loan_id,
    max(borrower_id) as borrower_id,
    max(branch) as branch,
    max(product) as product,
    max(promised_on) as promised_on,
    max(due_on) as due_on,
    max(amount) as amount,
    max(paid_amount) as paid_amount,
    max(outcome) as outcome,
    sum(case when telling = 'made' then 1 else 0 end) as made_count,
    sum(case when telling = 'made' then amount else 0 end) as made_amount,
    sum(case when telling = 'told' then 1 else 0 end) as told_count,
    sum(case when telling = 'told' and outcome = 'kept' then 1 else 0 end) as kept_count,
    sum(case when telling = 'told' and outcome = 'partial' then 1 else 0 end) as partial_count,
    sum(case when telling = 'told' and outcome = 'broken' then 1 else 0 end) as broken_count,
    sum(case when telling = 'told' then amount else 0 end) as told_amount,
    sum(case when telling = 'told' then paid_amount else 0 end) as kept_amount,
    sum(case when telling = 'fresh' then 1 else 0 end) as broken_90d_count
from counted
group by month_end, promise_id
order by month_end, promise_id
