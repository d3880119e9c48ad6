-- One row per loan and month end at which its payments or its debtor's conduct gave cause for concern, as it was known
-- that day: where a payment was booked only later, by the loan's copy without it.
with facts as (
    select *
    from intermediate.delay_facts
    full outer join intermediate.conduct_facts using (loan_no, month_end)
),

known as (
    select *
    from intermediate.known_delay_facts
    full outer join intermediate.known_conduct_facts using (loan_no, month_end)
)

select facts.*
from facts
anti join marts.late_bookings as late on facts.loan_no = late.loan_no and facts.month_end = late.month_end
union all by name
select
    late.loan_no,
    known.* exclude (loan_no)
from known
inner join marts.late_bookings as late on known.loan_no = late.copy_no and known.month_end = late.month_end
