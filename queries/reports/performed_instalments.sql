-- One row per instalment that had fallen due by a day: the schedule version in force that day, what the cash of that
-- day settles of it, oldest due first, with which payment, and when it became late (section 2.1).
with lines as (
    select *
    from scoped_schedule_lines($branches, $products)
    where loan_id = $loan_id
),

in_force as (
    select coalesce(max(version) filter (where starts_on <= $day), min(version)) as version
    from lines
),

due as (
    select
        lines.seq,
        lines.version,
        lines.due_on,
        lines.principal_due + lines.interest_due + lines.fee_due + lines.penalty_due as due,
        sum(lines.principal_due + lines.interest_due + lines.fee_due + lines.penalty_due) over (
            order by lines.due_on, lines.seq
        ) as due_until
    from lines
    inner join in_force on lines.version = in_force.version
    where lines.due_on <= $day
),

payments as (
    select
        repayment_id,
        paid_on,
        sum(amount) over (order by paid_on, repayment_id) as paid_until
    from scoped_payments($branches, $products)
    where loan_id = $loan_id
        and paid_on <= $day
        and reverses is null
        and (reversed_on is null or reversed_on > $day)
),

cash as (
    select coalesce(max(paid_until), 0) as received
    from payments
),

settling as (
    select
        due.seq,
        min({'paid_until': payments.paid_until, 'repayment_id': payments.repayment_id, 'paid_on': payments.paid_on})
            as payment
    from due
    inner join payments on payments.paid_until >= due.due_until
    group by due.seq
)

select
    due.seq,
    due.version,
    due.due_on,
    due.due,
    due.due_until,
    cash.received,
    least(greatest(cash.received - (due.due_until - due.due), 0), due.due) as paid,
    due.due - least(greatest(cash.received - (due.due_until - due.due), 0), due.due) as unpaid,
    settling.payment.repayment_id as settled_by,
    settling.payment.paid_on as settled_on,
    case
        when due.due > 0 and coalesce(settling.payment.paid_on, $day) > due.due_on
            then cast(due.due_on + interval 1 day as date)
    end as late_from
from due
cross join cash
left join settling on due.seq = settling.seq
order by due.due_on, due.seq
