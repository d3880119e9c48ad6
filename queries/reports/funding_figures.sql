-- One row, or none without a plan: budget use of the month and the year, liquidity ratio, gap over 90 days and its ratio,
-- and what may still be lent (section 8), each with the line that holds at the month end.
-- Each item is as it was last reported, and a budget as last reported for its month, whatever else came later.
with reports as (
    select
        *,
        max(reported_on) over (
            partition by item, case when item = 'disbursement_budget' then last_day(due_on) end
        ) as last_reported_on
    from scoped_funding_plan($branches, $products)
    where reported_on <= $month_end
),

plan as (
    select *
    from reports
    where reported_on = last_reported_on
),

stocks as (
    select
        coalesce(
            max(case when plan.item <> 'disbursement_budget' then plan.reported_on end), max(plan.reported_on)
        ) as reported_on,
        sum(case when plan.item = 'funding_available' then plan.amount end) as funding_available,
        sum(case when plan.item = 'committed_undrawn' then plan.amount end) as committed_undrawn,
        sum(case when plan.item = 'liquidity_buffer' then plan.amount end) as liquidity_buffer,
        sum(case when plan.item = 'liquid_assets' then plan.amount end) as liquid_assets,
        sum(case when plan.item = 'liquid_liabilities' then plan.amount end) as liquid_liabilities,
        sum(case when plan.item = 'off_balance_maturing' then plan.amount end) as off_balance_maturing,
        sum(case when plan.item = 'lending_limit' then plan.amount end) as lending_limit,
        sum(
            case
                when plan.item = 'liability_outflow'
                    and plan.due_on > $month_end and date_diff('day', $month_end, plan.due_on) <= 90
                    then plan.amount
            end
        ) as outflow_90
    from plan
),

budgets as (
    select
        sum(case when last_day(due_on) = $month_end then amount end) as budget_month,
        sum(amount) as budget_year,
        min(due_on) as budget_from
    from plan
    where item = 'disbursement_budget' and due_on <= $month_end and year(due_on) = year($month_end)
),

lent as (
    select
        sum(case when portfolio.month_end = $month_end then portfolio.disbursed_amount end) as lent_month,
        sum(
            case
                when portfolio.month_end >= budgets.budget_from and portfolio.month_end <= $month_end
                    then portfolio.disbursed_amount
            end
        ) as lent_year,
        sum(case when portfolio.month_end = $month_end then portfolio.balance end) as gross
    from scoped_portfolio($branches, $products) as portfolio
    cross join budgets
    where year(portfolio.month_end) = year($month_end)
),

inflows as (
    select
        coalesce(sum(case when maturity in ('overnight', '2-7', '8-30') then amount end), 0) as inflow_30,
        coalesce(sum(case when maturity in ('overnight', '2-7', '8-30', '31-90') then amount end), 0) as inflow_90
    from scoped_inflows($branches, $products)
    where month_end = $month_end
),

collections as (
    select cast(sum(paid_amount) as double) / nullif(sum(expected_amount), 0) as paid_share
    from scoped_collection_months($branches, $products)
    where month_end <= $month_end and month_end > last_day(cast($month_end - interval 12 month as date))
),

lines as (
    select
        max(case when param_id = 'limit.liquidity_gap_ratio_90' then try_cast(value as double) end) as gap_limit,
        max(case when param_id = 'limit.liquidity_gap_ratio_90' then source end) as gap_source,
        max(case when param_id = 'limit.liquidity_ratio' then try_cast(value as double) end) as liquidity_limit,
        max(case when param_id = 'limit.liquidity_ratio' then source end) as liquidity_source
    from book_rules()
    where product = '*' and valid_from <= $month_end and (valid_to is null or $month_end <= valid_to)
),

summed as (
    select
        stocks.*,
        budgets.budget_month,
        budgets.budget_year,
        lent.lent_month,
        lent.lent_year,
        lent.gross,
        inflows.inflow_30,
        inflows.inflow_90,
        collections.paid_share,
        inflows.inflow_90 - stocks.outflow_90 as gap_90,
        inflows.inflow_90 + coalesce(stocks.off_balance_maturing, 0) as maturing_90,
        stocks.lending_limit - lent.gross as room_by_limit,
        stocks.funding_available + inflows.inflow_30 * coalesce(collections.paid_share, 0)
        - coalesce(stocks.committed_undrawn, 0) - coalesce(stocks.liquidity_buffer, 0) as room_by_funding,
        lines.*
    from stocks
    cross join budgets
    cross join lent
    cross join inflows
    cross join collections
    cross join lines
    where stocks.reported_on is not null
),

rated as (
    select
        *,
        cast(lent_month as double) / nullif(budget_month, 0) as budget_use_month,
        cast(lent_year as double) / nullif(budget_year, 0) as budget_use_year,
        cast(liquid_assets as double) / nullif(liquid_liabilities, 0) as liquidity_ratio,
        cast(gap_90 as double) / nullif(maturing_90, 0) as liquidity_gap_ratio_90,
        case
            when room_by_limit is not null and room_by_funding is not null
                then least(room_by_limit, room_by_funding)
        end as lending_headroom
    from summed
)

select
    *,
    liquidity_ratio >= liquidity_limit as is_liquid,
    liquidity_gap_ratio_90 >= gap_limit as is_gap_held
from rated
