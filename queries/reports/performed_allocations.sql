-- One row per instalment and component that a payment settles by the contract's order, or that the core system stored
-- an allocation to (T07): what is due, the running total of all dues before it, what the payment settles of it, and
-- what is stored. On the running total the payment has the stretch from what was held before it. Of a contract that
-- settles all of one component before the next the running total is the component's own (vertical_settlements).
with loan as (
    select
        product,
        status,
        disbursed_on
    from scoped_loans($branches, $products)
    where loan_id = $loan_id
),

orders as (
    select
        coalesce(
            max(rules.value) filter (where rules.product = loan.product),
            max(rules.value) filter (where rules.product = '*')
        ) as component_order
    from loan
    left join book_rules() as rules
        on rules.param_id = 'alloc_order_accrual'
        and loan.disbursed_on between rules.valid_from and rules.valid_to
        and rules.product in (loan.product, '*')
),

scopes as (
    select
        coalesce(
            max(rules.value) filter (where rules.product = loan.product),
            max(rules.value) filter (where rules.product = '*')
        ) as alloc_scope
    from loan
    left join book_rules() as rules
        on rules.param_id = 'alloc_scope'
        and loan.disbursed_on between rules.valid_from and rules.valid_to
        and rules.product in (loan.product, '*')
),

versions as (
    select *
    from scoped_schedule_lines($branches, $products)
    where loan_id = $loan_id
),

in_force as (
    select coalesce(max(versions.version) filter (where versions.starts_on <= build.as_of), min(versions.version)) as version
    from versions
    cross join book_metadata() as build
),

lines as (
    select versions.*
    from versions
    inner join in_force on versions.version = in_force.version
    cross join loan
    cross join book_metadata() as build
    where versions.due_on <= build.as_of or loan.status = 'closed'
),

components as (
    select
        seq,
        due_on,
        'fee' as component,
        fee_due as due
    from lines
    union all
    select
        seq,
        due_on,
        'interest' as component,
        interest_due as due
    from lines
    union all
    select
        seq,
        due_on,
        'principal' as component,
        principal_due as due
    from lines
    union all
    select
        seq,
        due_on,
        'penalty' as component,
        penalty_due as due
    from lines
),

running as (
    select
        components.*,
        sum(components.due) over (
            order by components.due_on, components.seq, strpos(orders.component_order, components.component)
        ) - components.due as due_before,
        orders.component_order
    from components
    cross join orders
),

payments as (
    select
        repayment_id,
        amount,
        sum(amount) over (order by paid_on, repayment_id) as held_after
    from scoped_payments($branches, $products)
    where loan_id = $loan_id and reverses is null and reversed_on is null
),

stored as (
    select
        seq,
        component,
        amount
    from scoped_allocations($branches, $products)
    where loan_id = $loan_id and repayment_id = $repayment_id
),

by_component as (
    select
        seq,
        component,
        due_before,
        settles
    from scoped_vertical_settlements($branches, $products)
    where loan_id = $loan_id and repayment_id = $repayment_id
),

settled as (
    select
        running.seq,
        running.due_on,
        running.component,
        running.due,
        running.component_order,
        case when scopes.alloc_scope = 'HORIZONTAL' then running.due_before else by_component.due_before end as due_before,
        payments.amount as paid,
        payments.held_after - payments.amount as held_before,
        case
            when scopes.alloc_scope = 'HORIZONTAL' then greatest(
                least(payments.held_after, running.due_before + running.due)
                - greatest(payments.held_after - payments.amount, running.due_before),
                0
            )
            else coalesce(by_component.settles, 0)
        end as settles
    from running
    cross join payments
    cross join scopes
    left join by_component
        on running.seq = by_component.seq and running.component = by_component.component
    where payments.repayment_id = $repayment_id
)

select
    coalesce(settled.seq, stored.seq) as seq,
    settled.due_on,
    coalesce(settled.component, stored.component) as component,
    settled.due,
    settled.due_before,
    settled.held_before,
    settled.paid,
    settled.component_order,
    scopes.alloc_scope,
    coalesce(settled.settles, 0) as settles,
    coalesce(stored.amount, 0) as stored,
    coalesce(stored.amount, 0) - coalesce(settled.settles, 0) as difference
from settled
full outer join stored on settled.seq = stored.seq and settled.component = stored.component
cross join scopes
where settled.settles > 0 or stored.amount > 0
order by
    case when scopes.alloc_scope = 'HORIZONTAL' then settled.due_before end,
    strpos(settled.component_order, settled.component),
    seq
