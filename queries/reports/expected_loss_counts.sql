-- One row per loan on the book at the month end or the one before: what the figures of expected loss count of it.
select *
from scoped_loan_ecls($branches, $products)
where month_end = $month_end
