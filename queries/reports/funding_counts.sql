-- One row per line of the budget for the month's new loans, and per loan made in it (section 8, funding_budget_util).
with plan as (
    select
        *,
        max(reported_on) over () as last_reported_on
    from scoped_funding_plan($branches, $products)
    where item = 'disbursement_budget' and last_day(due_on) = $month_end and reported_on <= $month_end
),

lines as (
    select
        concat('1 ', plan_id) as row_id,
        cast(null as varchar) as loan_id,
        cast(null as varchar) as branch,
        cast(null as varchar) as product,
        reported_on as moved_on,
        0 as lent_amount,
        amount as budget_amount
    from plan
    where reported_on = last_reported_on
),

loans as (
    select
        concat('2 ', loan_id) as row_id,
        loan_id,
        branch,
        product,
        month_end as moved_on,
        disbursed_amount as lent_amount,
        0 as budget_amount
    from scoped_loan_months($branches, $products)
    where month_end = $month_end and disbursed_amount <> 0
)

select
    $month_end as month_end,
    together.*
from (
    select * from lines
    union all
    select * from loans
) as together
-- Without a budget nothing is set against one.
where exists (select 1 from lines)
