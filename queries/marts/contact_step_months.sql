-- One row per month end, branch, product and step of the contact strategy: the steps whose day was in the month, by how they
-- stood at its end, and those that were open then past their day, whenever that was (section 10, D1 and D2b).
with overdue as (
    select
        months.month_end,
        steps.branch,
        steps.product,
        steps.step_id,
        steps.of_product,
        count(*) as overdue_count
    from marts.contact_steps as steps
    inner join marts.month_ends as months
        on steps.due_by < months.month_end
        and coalesce(least(steps.done_on, steps.ended_on), date '9999-12-31') > months.month_end
    where steps.step_state <> 'in_time' and steps.step_state <> 'not_needed'
    group by months.month_end, steps.branch, steps.product, steps.step_id, steps.of_product
),

together as (
    select
        steps.month_end,
        steps.branch,
        steps.product,
        steps.step_id,
        steps.of_product,
        steps.arose_count,
        steps.due_count,
        steps.in_time_count,
        steps.late_count,
        steps.missed_count,
        steps.open_count,
        steps.not_needed_count
    from marts.contact_steps as steps
    cross join raw.build as build
    where steps.month_end <= build.as_of
    union all by name
    select * from overdue
)

select
    month_end,
    branch,
    product,
    step_id,
    of_product,
    cast(coalesce(sum(arose_count), 0) as bigint) as arose_count,
    cast(coalesce(sum(due_count), 0) as bigint) as due_count,
    cast(coalesce(sum(in_time_count), 0) as bigint) as in_time_count,
    cast(coalesce(sum(late_count), 0) as bigint) as late_count,
    cast(coalesce(sum(missed_count), 0) as bigint) as missed_count,
    cast(coalesce(sum(open_count), 0) as bigint) as open_count,
    cast(coalesce(sum(not_needed_count), 0) as bigint) as not_needed_count,
    cast(coalesce(sum(overdue_count), 0) as bigint) as overdue_count
from together
group by month_end, branch, product, step_id, of_product
order by month_end, branch, product, step_id
