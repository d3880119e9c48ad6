-- One row per write-off or sale that T10 can judge, with what it is judged by (14.2): that it is approved and evidenced,
-- where the book records either at all, and how long after the oldest unpaid due date it came, where that day is known,
-- beside the bank's own rule (write_off_within_days).
with recorded as (
    select
        count(approved_by) > 0 as has_approvals,
        count(evidence) > 0 as has_evidence
    from staging.write_offs
),

facts as (
    select
        write_offs.write_off_id,
        write_offs.loan_id,
        write_offs.written_off_on,
        write_offs.amount,
        recorded.has_approvals,
        recorded.has_evidence,
        write_offs.approved_by is not null as is_approved,
        write_offs.evidence is not null as is_evidenced,
        date_diff('day', loans.oldest_unpaid_due, write_offs.written_off_on) as days_late,
        cast(rules.value as integer) as days_allowed
    from staging.write_offs as write_offs
    cross join recorded
    inner join marts.loans as loans on write_offs.loan_id = loans.loan_id
    left join staging.parameters as rules
        on rules.param_id = 'write_off_within_days'
        and rules.regime = 'CN'
        and rules.product = '*'
        and write_offs.written_off_on between rules.valid_from and rules.valid_to
    where write_offs.reversed_on is null
)

select *
from facts
where has_approvals or has_evidence or (days_late is not null and days_allowed is not null)
