-- One row per decision on a loan that names who approved it: restructurings and classes set by hand, with the balance a
-- month before, and write-offs and sales; who put it forward (the loan's officer where nobody is named), who reviewed
-- it, and the approver's grade and authority on that day.
with facts as (
    select
        'restructure' as kind,
        loan_id,
        restructured_on as decided_on,
        restructure_id as reference,
        cast(null as varchar) as initiated_by,
        cast(null as varchar) as reviewed_by,
        approved_by
    from raw.restructures
    where approved_by is not null
    union all
    select
        'class_change' as kind,
        loan_id,
        changed_on as decided_on,
        change_id as reference,
        initiated_by,
        reviewed_by,
        approved_by
    from raw.class_changes
    where approved_by is not null
),

decisions as (
    select
        facts.*,
        coalesce(states.balance, loans.principal) as amount
    from facts
    inner join staging.loans as loans on facts.loan_id = loans.loan_id
    left join marts.loan_month_states as states
        on facts.loan_id = states.loan_id
        and states.month_end = last_day(cast(facts.decided_on - interval 1 month as date))
    union all
    select
        'write_off' as kind,
        loan_id,
        written_off_on as decided_on,
        write_off_id as reference,
        cast(null as varchar) as initiated_by,
        cast(null as varchar) as reviewed_by,
        approved_by,
        amount
    from staging.write_offs
    where approved_by is not null and reversed_on is null
)

select
    decisions.kind,
    decisions.loan_id,
    decisions.decided_on,
    decisions.reference,
    coalesce(decisions.initiated_by, loans.officer_id) as initiated_by,
    decisions.reviewed_by,
    decisions.approved_by,
    decisions.amount,
    staff.grade,
    cast(limits.value as decimal(18, 2)) as authority
from decisions
inner join staging.loans as loans on decisions.loan_id = loans.loan_id
left join raw.staff as staff on decisions.approved_by = staff.staff_id
left join staging.parameters as limits
    on limits.param_id = 'authority.' || staff.grade
    and limits.regime = 'CN'
    and limits.product = '*'
    and decisions.decided_on between limits.valid_from and limits.valid_to
