-- A payment of the files that is not in marts.payments exactly once, or a row there of no such payment.
select
    coalesce(repayments.repayment_id, payments.repayment_id) as repayment_id,
    count(payments.repayment_id) as rows
from raw.repayments as repayments
full join marts.payments as payments on repayments.repayment_id = payments.repayment_id
group by all
having count(payments.repayment_id) <> 1 or count(repayments.repayment_id) = 0
