-- T07 (14.2): a payment of which the core system stored another allocation than the contract's order makes. `recorded`
-- is what stands where the order puts it, `recomputed` what the payment settles in all.
select
    'T07_waterfall' as test_id,
    case
        when payments.stored < payments.applied then 'not_allocated'
        when payments.stored > payments.applied then 'over_allocated'
        else 'wrong_order'
    end as kind,
    payments.loan_id,
    payments.paid_on as happened_on,
    payments.repayment_id as reference,
    cast(coalesce(placed.placed, 0) as decimal(18, 2)) as recorded,
    cast(payments.applied as decimal(18, 2)) as recomputed,
    cast(greatest(payments.stored, payments.applied) - coalesce(placed.placed, 0) as decimal(18, 2)) as amount
from intermediate.performed_payments as payments
left join intermediate.placed_payments as placed on payments.repayment_id = placed.repayment_id
where payments.stored <> payments.applied or coalesce(placed.placed, 0) <> payments.applied
