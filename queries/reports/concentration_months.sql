-- One row per month end of the last ones, of the whole book: how unequal its customers are (as obligor_figures says it
-- of any part of the book).
select
    month_end,
    customer_count as customers,
    balance,
    cast(top10_balance as double) / balance as topn_share,
    hhi,
    1 / hhi as effective,
    gini
from scoped_concentrations($branches, $products)
where month_end between $first and $month_end
order by month_end
