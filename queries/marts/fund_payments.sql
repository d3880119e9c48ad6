-- One row per payment out of what a loan was drawn for: when, to whom, by whom, by when it had to be proven (13).
select
    payment_id,
    loan_id,
    borrower_id,
    branch,
    product,
    paid_on,
    last_day(paid_on) as month_end,
    amount,
    payee,
    payee_kind,
    method,
    voucher_received_on,
    evidence_due_on,
    returned_on,
    is_entrusted_due
from intermediate.use_payments
order by paid_on, payment_id
