-- One row per line of the plan last reported by the month end, and of its year's lending budgets.
with plan as (
    select *
    from scoped_funding_plan($branches, $products)
    where reported_on <= $month_end
),

reported as (
    select max(reported_on) as reported_on
    from plan
)

select
    plan.plan_id,
    plan.reported_on,
    plan.item,
    plan.due_on,
    plan.amount,
    plan.source
from plan
cross join reported
where plan.reported_on = reported.reported_on
    or (plan.item = 'disbursement_budget' and year(plan.due_on) = year($month_end))
order by plan.reported_on desc, plan.plan_id
