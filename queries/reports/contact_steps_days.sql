-- One row per day up to the fifth workday of the office after the month end, and one for what is past its day, and channel
-- that the strategy names first: the steps of the contact strategy to be done by then, as if nothing was paid before.
select
    case when due_by < $month_end then 'past' else cast(due_by as varchar) end as step_due,
    first_channel,
    count(*) as step_count
from scoped_contact_steps_next($branches, $products, $month_end)
group by step_due, first_channel
order by case when step_due = 'past' then '' else step_due end, first_channel
