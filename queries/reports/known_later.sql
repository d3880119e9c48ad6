-- One row per payment or reversal that counts by the date looked at but was booked only after it: what a report made on
-- that day could not know (1.1).
select
    repayment_id,
    loan_id,
    branch,
    product,
    paid_on,
    booked_at,
    date_diff('day', paid_on, cast(booked_at as date)) as days_later,
    amount,
    reverses
from scoped_payments($branches, $products)
where paid_on <= $as_of and cast(booked_at as date) > $as_of
order by booked_at, repayment_id
