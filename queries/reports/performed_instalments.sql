-- One row per instalment that had fallen due by a day: the schedule version in force that day, or the first of all, what
-- the cash of that day settles of it, oldest due first, with which payment, and when it became late (section 2.1); and what
-- it settles of its principal by the contract's order, beside the principal of the whole version.
with lines as (
    select *
    from scoped_schedule_lines($branches, $products)
    where loan_id = $loan_id
),

in_force as (
    select
        case
            when $is_first then min(version)
            else coalesce(max(version) filter (where starts_on <= $day), min(version))
        end as version
    from lines
),

lent as (
    select sum(lines.principal_due) as principal_in_all
    from lines
    inner join in_force on lines.version = in_force.version
),

due as (
    select
        lines.seq,
        lines.version,
        lines.due_on,
        lines.principal_due,
        case
            when list_position($component_order, 'fee') < list_position($component_order, 'principal')
                then lines.fee_due
            else 0
        end
        + case
            when list_position($component_order, 'interest') < list_position($component_order, 'principal')
                then lines.interest_due
            else 0
        end
        + case
            when list_position($component_order, 'penalty') < list_position($component_order, 'principal')
                then lines.penalty_due
            else 0
        end as due_before_principal,
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

settled as (
    select
        due.*,
        cash.received,
        least(greatest(cash.received - (due.due_until - due.due), 0), due.due) as paid
    from due
    cross join cash
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
    settled.seq,
    settled.version,
    settled.due_on,
    settled.due,
    settled.due_until,
    settled.received,
    settled.paid,
    settled.due - settled.paid as unpaid,
    settling.payment.repayment_id as settled_by,
    settling.payment.paid_on as settled_on,
    case
        when settled.due > 0 and coalesce(settling.payment.paid_on, $day) > settled.due_on
            then cast(settled.due_on + interval 1 day as date)
    end as late_from,
    least(greatest(settled.paid - settled.due_before_principal, 0), settled.principal_due) as principal_paid,
    lent.principal_in_all
from settled
cross join lent
left join settling on settled.seq = settling.seq
order by settled.due_on, settled.seq
