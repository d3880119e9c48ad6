-- One row per product of the general ledger at the month end: its balance, the book's, and what lies between (15.1).
select *
from scoped_ledger_months($branches, $products)
where month_end = $month_end
