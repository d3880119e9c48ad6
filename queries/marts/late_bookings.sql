-- One row per loan and month end at which something that its borrower had paid by then, on this loan or another, or
-- that had been taken back, was booked only after it: what a report made on that day could not know (1.1). `copy_no`
-- numbers the copies of the loan that data/as_known.py makes, each as it was known that day.
with late as (
    select
        loan_id,
        paid_on,
        cast(booked_at as date) as booked_on
    from raw.repayments
    where last_day(paid_on) < cast(booked_at as date)
),

unknown as (
    select distinct
        loans.borrower_id,
        months.month_end
    from late
    inner join intermediate.loan_rules as loans on late.loan_id = loans.loan_id
    inner join marts.month_ends as months
        on months.month_end >= late.paid_on and months.month_end < late.booked_on
)

select
    loans.loan_no,
    loans.loan_id,
    loans.borrower_id,
    unknown.month_end,
    row_number() over (order by unknown.month_end, loans.loan_id) as copy_no
from unknown
inner join intermediate.loan_rules as loans
    on unknown.borrower_id = loans.borrower_id and loans.disbursed_on <= unknown.month_end
