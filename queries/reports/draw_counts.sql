-- One row per payment out of a loan that counts at the month end: paid by the bank where it had to be, or not proven in
-- time (13).
select
    $month_end as month_end,
    payment_id,
    loan_id,
    branch,
    product,
    paid_on,
    amount,
    payee_kind,
    method,
    evidence_due_on,
    case when voucher_received_on <= $month_end then voucher_received_on end as voucher_received_on,
    case when month_end = $month_end and is_entrusted_due then 1 else 0 end as entrusted_due_count,
    case when month_end = $month_end and is_entrusted_due and method = 'entrusted' then 1 else 0 end as entrusted_count,
    case when evidence_due_on < $month_end then 1 else 0 end as old_draw_count,
    case
        when evidence_due_on < $month_end and (voucher_received_on is null or voucher_received_on > $month_end) then 1
        else 0
    end as unproven_count
from scoped_fund_payments($branches, $products)
where paid_on <= $month_end
