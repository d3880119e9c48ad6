-- One row per payment of a loan as booked, reversals included, newest first.
with payments as (
    select *
    from scoped_payments($branches, $products)
    where loan_id = $loan_id
)

select
    repayment_id,
    paid_on,
    booked_at,
    amount,
    net_amount,
    channel,
    reverses,
    reversed_on,
    sum(net_amount) over (order by paid_on, repayment_id) as paid_in_all
from payments
where paid_on <= $as_of
order by paid_on desc, repayment_id desc
