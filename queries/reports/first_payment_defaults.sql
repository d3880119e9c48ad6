-- One row per loan of a month of origination whose first instalment was unpaid so many days after its due date, as
-- far as that can be judged at the scope's month end. Not paid by then, it is late by the days until then.
select
    loan_id,
    borrower_id,
    branch,
    product,
    principal,
    disbursed_on,
    first_due_on,
    least(first_paid_late_days, date_diff('day', first_due_on, cast($month_end as date))) as first_paid_late_days
from scoped_loans($branches, $products)
where disbursed_on between $vintage and last_day($vintage)
    and case $days_after
        when 1 then is_fpd_1
        when 7 then is_fpd_7
        when 30 then is_fpd_30
    end
    and last_day(first_due_on + $days_after * interval 1 day) <= $month_end
