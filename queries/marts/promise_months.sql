-- One row per promise to pay and month end at which it counts: as made in the month, and as told in the month in which
-- its last day fell (section 7). Promises cancelled by agreement are made and never told.
with tellings as (
    select false as is_told
    union all
    select true as is_told
),

told as (
    select
        promises.*,
        tellings.is_told,
        last_day(case when tellings.is_told then promises.kept_by else promises.promised_on end) as month_end
    from marts.promises as promises
    cross join tellings
    where not tellings.is_told or promises.outcome in ('kept', 'partial', 'broken')
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
    sum(case when is_told then 0 else 1 end) as made_count,
    sum(case when is_told then 0 else amount end) as made_amount,
    sum(case when is_told then 1 else 0 end) as told_count,
    sum(case when is_told and outcome = 'kept' then 1 else 0 end) as kept_count,
    sum(case when is_told and outcome = 'partial' then 1 else 0 end) as partial_count,
    sum(case when is_told and outcome = 'broken' then 1 else 0 end) as broken_count,
    sum(case when is_told then amount else 0 end) as told_amount,
    sum(case when is_told then paid_amount else 0 end) as kept_amount
from told
group by month_end, promise_id
order by month_end, promise_id
