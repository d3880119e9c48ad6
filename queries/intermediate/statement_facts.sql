-- One row per borrower and month end at which a financial statement of it counts, or is late. A statement counts from
-- the day on which it came in until a newer one does, and is compared with what had come in by that day: the statement
-- of the same length a year before, and the one of that length just before.
with given as (
    select
        *,
        min(case when received_on is not null then received_on end) over (
            partition by borrower_id order by period_end rows between 1 following and unbounded following
        ) as newer_on
    from raw.statements
),

received as (
    select
        borrower_id,
        period_end,
        period_months,
        received_on,
        coalesce(newer_on, date '9999-12-31') as newer_on,
        opinion,
        cast(revenue as double) as revenue,
        cast(ebitda as double) as ebitda,
        cast(interest_expense as double) as interest_expense,
        cast(cash_tax as double) as cash_tax,
        operating_cash_flow,
        cast(total_assets as double) as total_assets,
        cast(total_liabilities as double) as total_liabilities,
        cast(current_assets as double) as current_assets,
        cast(current_liabilities as double) as current_liabilities,
        cast(financing_debt as double) as financing_debt,
        cast(debt_service_due as double) as debt_service_due,
        receivable_days,
        inventory_days,
        covenant_breached
    from given
    where received_on is not null
),

-- What had come in before: of the same length the last one and that of a year before, and of any length the last in
-- which the covenants held.
before as (
    select
        later.borrower_id,
        later.period_end,
        arg_max(earlier.operating_cash_flow, earlier.period_end) filter (
            where earlier.period_months = later.period_months
        ) as cash_flow_before,
        max(case when earlier.covenant_breached is not true then earlier.period_end end) as last_kept_period,
        arg_max(earlier.revenue, earlier.period_end) filter (where is_year_before) as revenue_before,
        arg_max(earlier.total_liabilities / nullif(earlier.total_assets, 0), earlier.period_end) filter (
            where is_year_before
        ) as debt_ratio_before,
        arg_max(earlier.financing_debt, earlier.period_end) filter (where is_year_before) as financing_debt_before,
        arg_max(earlier.receivable_days, earlier.period_end) filter (where is_year_before) as receivable_days_before,
        arg_max(earlier.inventory_days, earlier.period_end) filter (where is_year_before) as inventory_days_before
    from received as later
    inner join received as earlier
        on later.borrower_id = earlier.borrower_id
        and earlier.period_end < later.period_end
        and earlier.received_on <= later.received_on
    cross join lateral (
        select
            earlier.period_months = later.period_months
            and date_diff('month', earlier.period_end, later.period_end) = 12 as is_year_before
    )
    group by later.borrower_id, later.period_end
),

-- Since when the covenants are broken without a statement between that says otherwise.
broken as (
    select
        later.borrower_id,
        later.period_end,
        min(earlier.received_on) as broken_since
    from received as later
    left join before on later.borrower_id = before.borrower_id and later.period_end = before.period_end
    inner join received as earlier
        on later.borrower_id = earlier.borrower_id
        and earlier.period_end <= later.period_end
        and earlier.received_on <= later.received_on
        and earlier.covenant_breached
        and (before.last_kept_period is null or earlier.period_end > before.last_kept_period)
    where later.covenant_breached
    group by later.borrower_id, later.period_end
),

figures as (
    select
        now.borrower_id,
        now.received_on,
        now.newer_on,
        now.revenue / nullif(before.revenue_before, 0) - 1 as revenue_change,
        case
            when now.operating_cash_flow < 0 then case when before.cash_flow_before < 0 then 2 else 1 end
        end as negative_cash_flow_periods,
        now.total_liabilities / nullif(now.total_assets, 0) as debt_ratio,
        now.total_liabilities / nullif(now.total_assets, 0) - before.debt_ratio_before as debt_ratio_change,
        now.current_assets / nullif(now.current_liabilities, 0) as current_ratio,
        case when now.interest_expense > 0 then now.ebitda / now.interest_expense end as interest_coverage,
        (now.ebitda - coalesce(now.cash_tax, 0)) / nullif(now.debt_service_due, 0) as debt_service_coverage,
        greatest(
            now.receivable_days / nullif(before.receivable_days_before, 0) - 1,
            now.inventory_days / nullif(before.inventory_days_before, 0) - 1
        ) as turnover_days_change,
        now.opinion,
        broken.broken_since,
        now.total_assets - now.total_liabilities as net_assets,
        case
            when now.revenue <= before.revenue_before
                then now.financing_debt / nullif(before.financing_debt_before, 0) - 1
        end as debt_change_without_growth
    from received as now
    left join before on now.borrower_id = before.borrower_id and now.period_end = before.period_end
    left join broken on now.borrower_id = broken.borrower_id and now.period_end = broken.period_end
    where now.received_on < now.newer_on
),

-- What firms of a section of industry may owe of what they have, where the bank says so.
norms as (
    select
        months.month_end,
        substring(parameters.param_id, 16) as section,
        cast(parameters.value as double) as debt_ratio
    from marts.month_ends as months
    inner join staging.parameters as parameters
        on months.month_end between parameters.valid_from and parameters.valid_to
    where starts_with(parameters.param_id, 'ews_debt_ratio.')
        and parameters.regime = 'CN'
        and parameters.product = '*'
),

in_force as (
    select
        figures.borrower_id,
        months.month_end,
        figures.revenue_change,
        figures.negative_cash_flow_periods,
        figures.debt_ratio,
        norms.debt_ratio as industry_debt_ratio,
        figures.debt_ratio_change,
        figures.current_ratio,
        figures.interest_coverage,
        figures.debt_service_coverage,
        figures.turnover_days_change,
        figures.opinion,
        date_diff('day', figures.broken_since, months.month_end) as covenant_breach_days,
        case when figures.net_assets < 0 then figures.net_assets end as negative_equity,
        figures.debt_change_without_growth,
        figures.net_assets
    from figures
    inner join marts.month_ends as months
        on months.month_end >= figures.received_on and months.month_end < figures.newer_on
    left join raw.borrowers as borrowers on figures.borrower_id = borrowers.borrower_id
    left join norms
        on months.month_end = norms.month_end and substring(borrowers.industry, 1, 1) = norms.section
),

late as (
    select
        given.borrower_id,
        months.month_end,
        max(date_diff('day', given.due_on, months.month_end)) as statement_late_days
    from given
    inner join marts.month_ends as months
        on months.month_end > given.due_on
        and (given.received_on is null or given.received_on > months.month_end)
        and (given.newer_on is null or given.newer_on > months.month_end)
    group by given.borrower_id, months.month_end
)

select *
from in_force
union all by name
select *
from late
