-- One row per contact of a late borrower told in the year to the month end: what the link sums (16).
select *
from scoped_service_links($branches, $products)
where month_end = $month_end
