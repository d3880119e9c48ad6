-- One row per day up to the fifth workday of the office after the month end, and one for what is past its day, and channel
-- that the strategy names first: the steps of the contact strategy to be done by then, as if nothing was paid before, with
-- all of the day and all of the channel.
with counted as (
    select
        case when due_by < $month_end then 'past' else cast(due_by as varchar) end as step_due,
        first_channel,
        count(*) as step_count
    from scoped_contact_steps_next($branches, $products)
    where month_end = $month_end
    group by step_due, first_channel
)

select
    step_due,
    first_channel,
    step_count,
    cast(sum(step_count) over (partition by step_due) as bigint) as day_count,
    cast(sum(step_count) over (partition by first_channel) as bigint) as channel_count
from counted
order by case when step_due = 'past' then '' else step_due end, channel_count desc, first_channel
