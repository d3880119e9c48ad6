-- One row per month end of the last ones, of the whole book: what obligor_figures says of any part of it.
select
    month_end,
    borrower_count as borrowers,
    customer_count as customers,
    balance,
    largest_borrower_balance,
    largest_group_balance,
    cast(top10_balance as double) / balance as topn_share,
    hhi,
    gini,
    1 / hhi as effective,
    cast(largest_borrower_balance as double) / nullif(net_capital, 0) as single_customer_loan_ratio,
    cast(largest_borrower_balance as double) / nullif(tier1_capital, 0) as single_customer_exposure_ratio,
    cast(largest_group_balance as double) / nullif(tier1_capital, 0) as group_exposure_ratio
from scoped_concentrations($branches, $products)
where month_end between $first and $month_end
order by month_end
