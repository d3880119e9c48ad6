-- One row per payment of a loan that stood on a day: made by then, and not taken back by then.
select
    repayment_id,
    paid_on,
    amount
from scoped_payments($branches, $products)
where loan_id = $loan_id
    and paid_on <= $day
    and reverses is null
    and (reversed_on is null or reversed_on > $day)
order by paid_on, repayment_id
