-- One row per decision on a loan that names who approved it: restructurings, with the balance a month before, and
-- write-offs and sales; the loan's officer, who put it forward, and the approver's grade and authority on that day.
with decisions as (
    select
        'restructure' as kind,
        facts.loan_id,
        facts.restructured_on as decided_on,
        facts.restructure_id as reference,
        facts.approved_by,
        coalesce(states.balance, loans.principal) as amount
    from raw.restructures as facts
    inner join staging.loans as loans on facts.loan_id = loans.loan_id
    left join marts.loan_month_states as states
        on facts.loan_id = states.loan_id
        and states.month_end = last_day(cast(facts.restructured_on - interval 1 month as date))
    where facts.approved_by is not null
    union all
    select
        'write_off' as kind,
        loan_id,
        written_off_on as decided_on,
        write_off_id as reference,
        approved_by,
        amount
    from staging.write_offs
    where approved_by is not null and reversed_on is null
)

select
    decisions.*,
    loans.officer_id,
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
