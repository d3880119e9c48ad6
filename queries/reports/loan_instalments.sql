-- One row per instalment of a loan, schedule version in force, with what has been applied to it.
with instalments as (
    select *
    from scoped_instalments($branches, $products)
    where loan_id = $loan_id
)

select
    seq,
    due_on,
    due,
    principal_due,
    interest_due,
    fee_due,
    penalty_due,
    paid,
    principal_paid,
    interest_paid,
    fee_paid,
    penalty_paid,
    unpaid,
    settled_on,
    days_late,
    version,
    case
        when due_on > $as_of then 'not_due'
        when settled_on is null and due_on = $as_of then 'due_today'
        when settled_on is null then 'unpaid'
        when settled_on > due_on then 'paid_late'
        else 'paid'
    end as state
from instalments
order by due_on, seq
