-- One row per loan on the book a month before the month end: what the cube of one month's moves counts of it (6.1).
select *
from scoped_loan_moves($branches, $products)
where opened_on = last_day(cast($month_end as date) - interval 1 month) and month_end = $month_end
