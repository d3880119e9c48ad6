-- One row per month end, branch and product: what was to be collected and what was (section 7). `collected` is what was
-- overdue when the month began and what fell due in it, less what was unpaid at its end; `collectable` leaves out what was
-- not past due yet instead. Beside them the cash on instalments that were overdue when it came, and what collecting cost.
with efforts as (
    select
        month_end,
        branch,
        product,
        sum(opening_overdue_amount) as opening_overdue_amount,
        sum(closing_unpaid_amount) as closing_unpaid_amount,
        sum(not_late_amount) as not_late_amount
    from marts.collection_efforts
    group by month_end, branch, product
),

-- A payment that was taken back takes its part back on that day.
cash as (
    select
        last_day(counts_on) as month_end,
        branch,
        product,
        late_amount
    from marts.payments
    where reverses is null and late_amount <> 0
    union all
    select
        last_day(reversed_on) as month_end,
        branch,
        product,
        -late_amount as late_amount
    from marts.payments
    where reverses is null and late_amount <> 0 and reversed_on is not null
),

costs as (
    select
        month_end,
        branch,
        product,
        cost_amount,
        net_cost_amount
    from marts.collection_costs
),

together as (
    select
        month_end,
        branch,
        product,
        expected_amount as fell_due_amount,
        0 as opening_overdue_amount,
        0 as closing_unpaid_amount,
        0 as not_late_amount,
        0 as late_cash_amount,
        0 as cost_amount,
        0 as net_cost_amount
    from marts.collection_months
    union all
    select
        month_end,
        branch,
        product,
        0,
        opening_overdue_amount,
        closing_unpaid_amount,
        not_late_amount,
        0,
        0,
        0
    from efforts
    union all
    select
        month_end,
        branch,
        product,
        0,
        0,
        0,
        0,
        late_amount,
        0,
        0
    from cash
    union all
    select
        month_end,
        branch,
        product,
        0,
        0,
        0,
        0,
        0,
        cost_amount,
        net_cost_amount
    from costs
),

summed as (
    select
        together.month_end,
        together.branch,
        together.product,
        cast(sum(together.opening_overdue_amount) as decimal(18, 2)) as opening_overdue_amount,
        cast(sum(together.fell_due_amount) as decimal(18, 2)) as fell_due_amount,
        cast(sum(together.closing_unpaid_amount) as decimal(18, 2)) as closing_unpaid_amount,
        cast(sum(together.not_late_amount) as decimal(18, 2)) as not_late_amount,
        cast(sum(together.late_cash_amount) as decimal(18, 2)) as late_cash_amount,
        cast(sum(together.cost_amount) as decimal(18, 2)) as cost_amount,
        cast(sum(together.net_cost_amount) as decimal(18, 2)) as net_cost_amount
    from together
    cross join raw.build as build
    where together.month_end <= build.as_of
    group by together.month_end, together.branch, together.product
)

select
    *,
    opening_overdue_amount + fell_due_amount - closing_unpaid_amount as collected_amount,
    opening_overdue_amount + fell_due_amount - not_late_amount as collectable_amount
from summed
order by month_end, branch, product
