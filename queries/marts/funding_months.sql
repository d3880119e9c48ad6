-- One row per month end with a budget for new loans: what the plan last said of the month by then, and what was lent in it
-- (section 8, funding_budget_util). The bank has one plan for all its loans.
with told as (
    select
        months.month_end,
        plan.amount,
        plan.reported_on,
        max(plan.reported_on) over (partition by months.month_end) as last_reported_on
    from raw.funding_plan as plan
    inner join marts.month_ends as months
        on last_day(plan.due_on) = months.month_end and plan.reported_on <= months.month_end
    where plan.item = 'disbursement_budget'
),

budgets as (
    select
        month_end,
        sum(amount) as budget_amount
    from told
    where reported_on = last_reported_on
    group by month_end
),

lent as (
    select
        month_end,
        sum(disbursed_amount) as lent_amount
    from marts.portfolio
    group by month_end
)

select
    budgets.month_end,
    cast(budgets.budget_amount as decimal(18, 2)) as budget_amount,
    cast(coalesce(lent.lent_amount, 0) as decimal(18, 2)) as lent_amount
from budgets
left join lent on budgets.month_end = lent.month_end
order by budgets.month_end
