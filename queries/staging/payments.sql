-- One row per repayment as booked, with the day a reversal took it back (never before the payment itself).
with repayments as (select * from raw.repayments),

reversals as (
    select
        reverses as repayment_id,
        min(paid_on) as reversed_on
    from repayments
    where reverses is not null
    group by reverses
)

select
    repayments.repayment_id,
    repayments.loan_id,
    repayments.paid_on,
    repayments.booked_at,
    repayments.amount,
    repayments.channel,
    repayments.reverses,
    case
        when reversals.reversed_on is null then null
        else greatest(reversals.reversed_on, repayments.paid_on)
    end as reversed_on
from repayments
left join reversals on repayments.repayment_id = reversals.repayment_id
