-- One row per payment of performed_payments: what of it is stored where the contract's order puts it (A2). On the
-- running total of all that is due a component has a stretch of its own, and so has a payment: what the two have in
-- common is what the payment settles of the component. Of contracts that settle all of one component before the next,
-- vertical_settlements says what that is.
with rows_stored as (
    select
        payments.repayment_id,
        allocations.amount,
        case allocations.component
            when 'fee' then schedule.fee_due
            when 'interest' then schedule.interest_due
            when 'principal' then schedule.principal_due
            else schedule.penalty_due
        end as due,
        schedule.cash_after
        - schedule.fee_due - schedule.interest_due - schedule.principal_due - schedule.penalty_due
        + case allocations.component
            when 'fee' then
                case when rules.interest_rank < rules.fee_rank then schedule.interest_due else 0 end
                + case when rules.principal_rank < rules.fee_rank then schedule.principal_due else 0 end
                + case when rules.penalty_rank < rules.fee_rank then schedule.penalty_due else 0 end
            when 'interest' then
                case when rules.fee_rank < rules.interest_rank then schedule.fee_due else 0 end
                + case when rules.principal_rank < rules.interest_rank then schedule.principal_due else 0 end
                + case when rules.penalty_rank < rules.interest_rank then schedule.penalty_due else 0 end
            when 'principal' then
                case when rules.fee_rank < rules.principal_rank then schedule.fee_due else 0 end
                + case when rules.interest_rank < rules.principal_rank then schedule.interest_due else 0 end
                + case when rules.penalty_rank < rules.principal_rank then schedule.penalty_due else 0 end
            else
                case when rules.fee_rank < rules.penalty_rank then schedule.fee_due else 0 end
                + case when rules.interest_rank < rules.penalty_rank then schedule.interest_due else 0 end
                + case when rules.principal_rank < rules.penalty_rank then schedule.principal_due else 0 end
        end as due_before,
        payments.held_before,
        least(payments.held_after, payments.asked) as held_until
    from raw.allocations as allocations
    inner join intermediate.performed_payments as payments
        on allocations.repayment_id = payments.repayment_id and allocations.loan_id = payments.loan_id
    inner join intermediate.loan_rules as rules on payments.loan_no = rules.loan_no
    inner join intermediate.schedule as schedule
        on payments.loan_no = schedule.loan_no
        and payments.version = schedule.version
        and allocations.seq = schedule.seq
    where payments.alloc_scope = 'HORIZONTAL'
)

select
    repayment_id,
    sum(least(
        amount, greatest(least(held_until, due_before + due) - greatest(held_before, due_before), 0)
    )) as placed
from rows_stored
group by repayment_id
union all
select
    allocations.repayment_id,
    sum(least(allocations.amount, settlements.settles)) as placed
from raw.allocations as allocations
inner join marts.vertical_settlements as settlements
    on allocations.repayment_id = settlements.repayment_id
    and allocations.loan_id = settlements.loan_id
    and allocations.seq = settlements.seq
    and allocations.component = settlements.component
group by allocations.repayment_id
