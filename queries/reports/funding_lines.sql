-- One row per line of the plan as it stood at the month end: each item as last reported, and the year's lending budgets,
-- each as last reported for its month. What funding_figures counts.
with reports as (
    select
        *,
        max(reported_on) over (
            partition by item, case when item = 'disbursement_budget' then last_day(due_on) end
        ) as last_reported_on
    from scoped_funding_plan($branches, $products)
    where reported_on <= $month_end
)

select
    plan_id,
    reported_on,
    item,
    due_on,
    amount,
    source
from reports
where reported_on = last_reported_on
    and (item <> 'disbursement_budget' or year(due_on) = year($month_end))
order by reported_on desc, plan_id
