-- One row per month end that the book has loans for.
select distinct month_end
from marts.portfolio
order by month_end
