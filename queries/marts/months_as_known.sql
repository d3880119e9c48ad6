-- One row per loan and month end, as marts.loan_month_states has it, but as it was known that day: what warnings and the
-- learned score look at. The official history takes a payment on the day it was paid, whenever it was booked.
select states.*
from marts.loan_month_states as states
anti join marts.late_bookings as late on states.loan_no = late.loan_no and states.month_end = late.month_end
union all
select *
from marts.late_booked_months
