-- One row: the day of the first contact that the book records. Nobody is missed before it.
select cast(min(contacted_at) as date) as day
from raw.contacts
