-- One row per title that was not performed by its day, of a kind of proceeding or of all: what is unpaid of it at the month
-- end and the doubled interest that has run on it (12.1).
select *
from scoped_delay_interest($branches, $products)
where month_end = $month_end and ($kind = '' or kind = $kind)
