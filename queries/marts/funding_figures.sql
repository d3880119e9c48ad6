-- One row per month end that a plan of the bank had been reported by: budget use of the month and the year, liquidity
-- ratio, gap over 90 days and its ratio, and what may still be lent (section 8), each with the line that holds at that
-- month end. The bank has one plan for all its loans.
-- Each item is as it was last reported, and a budget as last reported for its month, whatever else came later.
with days as (
    select month_end
    from marts.month_ends
),

reports as (
    select
        days.month_end,
        planned.*,
        max(planned.reported_on) over (
            partition by
                days.month_end,
                planned.item,
                case when planned.item = 'disbursement_budget' then last_day(planned.due_on) end
        ) as last_reported_on
    from raw.funding_plan as planned
    inner join days on planned.reported_on <= days.month_end
),

plan as (
    select *
    from reports
    where reported_on = last_reported_on
),

stocks as (
    select
        month_end,
        coalesce(
            max(case when item <> 'disbursement_budget' then reported_on end), max(reported_on)
        ) as reported_on,
        sum(case when item = 'funding_available' then amount end) as funding_available,
        sum(case when item = 'committed_undrawn' then amount end) as committed_undrawn,
        sum(case when item = 'liquidity_buffer' then amount end) as liquidity_buffer,
        sum(case when item = 'liquid_assets' then amount end) as liquid_assets,
        sum(case when item = 'liquid_liabilities' then amount end) as liquid_liabilities,
        sum(case when item = 'off_balance_maturing' then amount end) as off_balance_maturing,
        sum(case when item = 'lending_limit' then amount end) as lending_limit,
        sum(
            case
                when item = 'liability_outflow'
                    and due_on > month_end and date_diff('day', month_end, due_on) <= 90
                    then amount
            end
        ) as outflow_90
    from plan
    group by month_end
),

budgets as (
    select
        month_end,
        sum(case when last_day(due_on) = month_end then amount end) as budget_month,
        sum(amount) as budget_year,
        min(due_on) as budget_from
    from plan
    where item = 'disbursement_budget' and due_on <= month_end and year(due_on) = year(month_end)
    group by month_end
),

months as (
    select month_end, sum(disbursed_amount) as disbursed_amount, sum(balance) as balance
    from marts.portfolio
    group by month_end
),

lent as (
    select
        days.month_end,
        sum(case when months.month_end = days.month_end then months.disbursed_amount end) as lent_month,
        sum(case when months.month_end >= budgets.budget_from then months.disbursed_amount end) as lent_year,
        sum(case when months.month_end = days.month_end then months.balance end) as gross
    from days
    inner join months on year(days.month_end) = year(months.month_end) and months.month_end <= days.month_end
    left join budgets on days.month_end = budgets.month_end
    group by days.month_end
),

inflows as (
    select
        month_end,
        sum(case when maturity in ('overnight', '2-7', '8-30') then amount end) as inflow_30,
        sum(case when maturity in ('overnight', '2-7', '8-30', '31-90') then amount end) as inflow_90
    from marts.inflows
    group by month_end
),

collected as (
    select month_end, sum(paid_amount) as paid_amount, sum(expected_amount) as expected_amount
    from marts.collection_months
    group by month_end
),

collections as (
    select
        days.month_end,
        cast(sum(collected.paid_amount) as double) / nullif(sum(collected.expected_amount), 0) as paid_share
    from days
    inner join collected
        on days.month_end >= collected.month_end
        and collected.month_end > last_day(cast(days.month_end - interval 12 month as date))
    group by days.month_end
),

lines as (
    select
        days.month_end,
        max(case when param_id = 'limit.liquidity_gap_ratio_90' then try_cast(value as double) end) as gap_limit,
        max(case when param_id = 'limit.liquidity_gap_ratio_90' then source end) as gap_source,
        max(case when param_id = 'limit.liquidity_ratio' then try_cast(value as double) end) as liquidity_limit,
        max(case when param_id = 'limit.liquidity_ratio' then source end) as liquidity_source
    from days
    inner join staging.parameters as rules
        on rules.regime = 'CN'
        and rules.product = '*'
        and rules.valid_from <= days.month_end
        and (rules.valid_to is null or days.month_end <= rules.valid_to)
    group by days.month_end
),

summed as (
    select
        stocks.*,
        budgets.budget_month,
        budgets.budget_year,
        lent.lent_month,
        lent.lent_year,
        lent.gross,
        coalesce(inflows.inflow_30, 0) as inflow_30,
        coalesce(inflows.inflow_90, 0) as inflow_90,
        collections.paid_share,
        coalesce(inflows.inflow_90, 0) - stocks.outflow_90 as gap_90,
        coalesce(inflows.inflow_90, 0) + coalesce(stocks.off_balance_maturing, 0) as maturing_90,
        stocks.lending_limit - lent.gross as room_by_limit,
        stocks.funding_available + coalesce(inflows.inflow_30, 0) * coalesce(collections.paid_share, 0)
        - coalesce(stocks.committed_undrawn, 0) - coalesce(stocks.liquidity_buffer, 0) as room_by_funding,
        lines.gap_limit,
        lines.gap_source,
        lines.liquidity_limit,
        lines.liquidity_source
    from stocks
    left join budgets on stocks.month_end = budgets.month_end
    left join lent on stocks.month_end = lent.month_end
    left join inflows on stocks.month_end = inflows.month_end
    left join collections on stocks.month_end = collections.month_end
    left join lines on stocks.month_end = lines.month_end
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
order by month_end
