-- One row per limit of concentration and month end at which it and the capital are known: the most that one customer may
-- owe, to the cent, who owed most, and how many customers are judged (8). Of claims on banks there are no data.
with figures as (
    select
        month_end,
        'single_customer_loan_ratio' as limit_id,
        false as is_group,
        borrower_count as customers,
        largest_borrower_balance as largest,
        capital_as_of,
        net_capital as capital
    from marts.concentrations
    union all
    select
        month_end,
        'single_customer_exposure_ratio' as limit_id,
        false as is_group,
        borrower_count as customers,
        largest_borrower_balance as largest,
        capital_as_of,
        tier1_capital as capital
    from marts.concentrations
    union all
    select
        month_end,
        'group_exposure_ratio' as limit_id,
        true as is_group,
        group_count as customers,
        largest_group_balance as largest,
        capital_as_of,
        tier1_capital as capital
    from marts.concentrations
    where group_count > 0
),

limits as (
    select
        param_id,
        valid_from,
        valid_to,
        value
    from staging.parameters
    where regime = 'CN' and product = '*'
)

select
    figures.month_end,
    figures.limit_id,
    figures.is_group,
    cast(figures.customers as bigint) as customers,
    figures.largest,
    figures.capital_as_of,
    figures.capital,
    cast(limits.value as decimal(9, 6)) as limit_share,
    cast(floor(cast(figures.capital as decimal(26, 2)) * cast(limits.value as decimal(9, 6)) * 100) / 100 as decimal(18, 2)) as most
from figures
inner join limits
    on limits.param_id = 'limit.' || figures.limit_id
    and figures.month_end between limits.valid_from and limits.valid_to
where figures.capital is not null
order by figures.limit_id, figures.month_end
