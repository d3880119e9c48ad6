-- One row per payment received in the last three days of a month, with the loan's state a month before.
select
    payments.repayment_id,
    payments.loan_id,
    loans.borrower_id,
    payments.paid_on,
    last_day(payments.paid_on) as month_end,
    payments.amount,
    payments.reversed_on,
    states.opening_days
from staging.payments as payments
inner join staging.loans as loans on payments.loan_id = loans.loan_id
inner join marts.loan_month_states as states
    on payments.loan_id = states.loan_id and last_day(payments.paid_on) = states.month_end
where payments.reverses is null
    and payments.amount > 0
    and date_diff('day', payments.paid_on, last_day(payments.paid_on)) <= 2
