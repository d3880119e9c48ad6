-- One row per month end for which expected loss is reckoned: the last thirteen, and the one before them to open with.
select month_end
from marts.month_ends
order by month_end desc
limit 14
