-- One row per product and month end up to the date at which the loans do not add up to the general ledger, newest first.
select
    row_id,
    product,
    month_end,
    book_balance,
    ledger_balance,
    difference,
    differs_since
from scoped_ledger_months($branches, $products)
where is_break and month_end <= $month_end
order by month_end desc, product
