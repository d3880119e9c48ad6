-- One row per payment or reversal of some loans that counts up to a day, as this build has it.
select
    repayment_id,
    loan_id,
    paid_on,
    booked_at,
    amount,
    reverses
from scoped_payments($branches, $products)
where loan_id in (select unnest($loans)) and paid_on <= $day
order by repayment_id
