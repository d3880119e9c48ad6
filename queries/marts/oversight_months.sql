-- One row per month end, branch and product: the value of assets behind loans on the book and how much of it is current,
-- and borrowers whose credit is to be monitored and is (11.1).
with assets as (
    select
        months.month_end,
        assets.branch,
        assets.product,
        sum(assets.value) as asset_value,
        sum(case when assets.current_until >= months.month_end then assets.value else 0 end) as current_value
    from marts.asset_values as assets
    inner join marts.loan_months as months
        on assets.loan_id = months.loan_id
        and assets.valued_on <= months.month_end
        and months.month_end < assets.valued_until
    where months.status = 'active' and months.balance > 0
    group by months.month_end, assets.branch, assets.product
),

parts as (
    select
        month_end,
        branch,
        product,
        asset_value,
        current_value,
        0 as borrower_count,
        0 as monitored_count
    from assets
    union all
    select
        month_end,
        branch,
        product,
        0 as asset_value,
        0 as current_value,
        sum(borrower_count) as borrower_count,
        sum(monitored_count) as monitored_count
    from marts.monitored_borrowers
    group by month_end, branch, product
)

select
    month_end,
    branch,
    product,
    cast(sum(asset_value) as decimal(18, 2)) as asset_value,
    cast(sum(current_value) as decimal(18, 2)) as current_value,
    cast(sum(borrower_count) as bigint) as borrower_count,
    cast(sum(monitored_count) as bigint) as monitored_count
from parts
group by month_end, branch, product
order by month_end, branch, product
