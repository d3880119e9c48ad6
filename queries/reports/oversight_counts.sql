-- One row per asset behind a loan on the book at the month end with its value then, and per borrower whose credit is to be
-- monitored (11.1).
select
    $month_end as month_end,
    assets.collateral_id as row_id,
    assets.loan_id,
    cast(null as varchar) as borrower_id,
    assets.branch,
    assets.product,
    assets.kind,
    assets.valued_on as seen_on,
    assets.value as asset_value,
    case when assets.current_until >= $month_end then assets.value else 0 end as current_value,
    0 as borrower_count,
    0 as monitored_count
from scoped_asset_values($branches, $products) as assets
inner join scoped_loan_months($branches, $products) as months
    on assets.loan_id = months.loan_id and months.month_end = $month_end
where months.status = 'active'
    and months.balance > 0
    and assets.valued_on <= $month_end
    and assets.valued_until > $month_end
union all
select
    month_end,
    borrower_id as row_id,
    null as loan_id,
    borrower_id,
    branch,
    product,
    null as kind,
    reported_on as seen_on,
    0 as asset_value,
    0 as current_value,
    borrower_count,
    monitored_count
from scoped_monitored_borrowers($branches, $products)
where month_end = $month_end
