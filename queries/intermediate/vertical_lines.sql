-- One row per loan, stretch under one schedule, instalment and component, of contracts whose repayments go to all
-- of one component before the next (vertical scope, section 2.3), with the component's running total.
with lines as (
    select
        schedule.*,
        rules.dpd_basis,
        rules.fee_rank,
        rules.interest_rank,
        rules.principal_rank,
        rules.penalty_rank
    from intermediate.schedule as schedule
    inner join intermediate.loan_rules as rules on schedule.loan_no = rules.loan_no
    where rules.alloc_scope <> 'HORIZONTAL'
),

components as (
    select
        loan_no,
        version,
        line_no,
        due_on,
        'fee' as component,
        fee_rank as component_rank,
        fee_due as due,
        dpd_basis = 'ALL' as is_aged
    from lines
    union all
    select
        loan_no,
        version,
        line_no,
        due_on,
        'interest' as component,
        interest_rank as component_rank,
        interest_due as due,
        true as is_aged
    from lines
    union all
    select
        loan_no,
        version,
        line_no,
        due_on,
        'principal' as component,
        principal_rank as component_rank,
        principal_due as due,
        true as is_aged
    from lines
    union all
    select
        loan_no,
        version,
        line_no,
        due_on,
        'penalty' as component,
        penalty_rank as component_rank,
        penalty_due as due,
        dpd_basis = 'ALL' as is_aged
    from lines
)

select
    *,
    cast(
        sum(due) over (
            partition by loan_no, version, component
            order by line_no
            rows between unbounded preceding and current row
        ) as decimal(18, 2)
    ) as due_after
from components
