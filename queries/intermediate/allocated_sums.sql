-- One row per payment of which the core system stored what it settled: its amount, and the sum of what is stored (15.1).
select
    payments.repayment_id,
    payments.loan_id,
    payments.paid_on,
    payments.amount,
    sum(allocations.amount) as allocated
from staging.payments as payments
inner join raw.allocations as allocations on payments.repayment_id = allocations.repayment_id
group by payments.repayment_id, payments.loan_id, payments.paid_on, payments.amount
