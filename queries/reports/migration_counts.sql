-- One row per loan on the book twelve months before the month end: what the official migration rates count of it (3.4).
select *
from scoped_loan_moves($branches, $products)
where opened_on = last_day(cast($month_end as date) - interval 12 month) and month_end = $month_end
