-- One row per repayment as booked; net_amount is 0 for a payment that was reversed and for the reversal itself.
select
    payments.repayment_id,
    payments.loan_id,
    payments.paid_on,
    payments.booked_at,
    payments.amount,
    payments.channel,
    payments.reverses,
    payments.reversed_on,
    case
        when payments.reverses is not null or payments.reversed_on is not null then 0
        else payments.amount
    end as net_amount,
    loans.branch,
    loans.product
from staging.payments as payments
inner join staging.loans as loans on payments.loan_id = loans.loan_id
order by payments.loan_id, payments.paid_on, payments.repayment_id
