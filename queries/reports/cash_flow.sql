-- One row per day, week (from Monday) or month up to the scope's month end: what fell due, by component, and what came
-- in, by when it was due (section 8). The first week or month may begin before `$first`, so only whole ones are read.
select
    cast(
        case $step
            when 'month' then date_trunc('month', date)
            when 'week' then date_trunc('week', date)
            else date
        end as date
    ) as starts_on,
    cast(
        least(
            case $step
                when 'month' then last_day(date)
                when 'week' then date_trunc('week', date) + interval 6 day
                else date
            end, $month_end
        ) as date
    ) as ends_on,
    sum(due_principal) as due_principal,
    sum(due_interest) as due_interest,
    sum(due_fee + due_penalty) as due_extras,
    sum(due_amount) as due,
    sum(on_time_amount) as on_time,
    sum(late_amount) as late,
    sum(early_amount) as early,
    sum(taken_back_amount) as taken_back,
    sum(collected_amount) as collected,
    cast(sum(collected_amount) as double) / nullif(sum(due_amount), 0) as collection_rate,
    sum(recovered_amount) as recovered,
    sum(outside_amount) as outside
from scoped_cash_days($branches, $products)
where date between $first and $month_end
group by starts_on, ends_on
order by starts_on
