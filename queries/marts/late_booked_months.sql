-- One row per loan and month end of late_bookings on which the loan was there: marts.loan_month_states as it was known
-- that day, without the payments that were booked only after it.
select
    late.loan_no,
    late.loan_id,
    late.borrower_id,
    states.* exclude (loan_no, loan_id, borrower_id)
from intermediate.known_loan_month_states as states
inner join marts.late_bookings as late on states.loan_no = late.copy_no and states.month_end = late.month_end
