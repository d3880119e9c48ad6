-- One row per department appraised at the month end: the score that its average is taken of (17).
select *
from scoped_appraisals($branches, $products)
where month_end = $month_end and staff_id = ''
