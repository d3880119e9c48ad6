-- T10 (14.2): a write-off or sale without approval, without evidence, or later after the oldest unpaid due date than
-- the bank's own rule (write_off_within_days) allows. A book that records neither approval nor evidence is not judged
-- by them.
with recorded as (
    select
        count(approved_by) > 0 as has_approvals,
        count(evidence) > 0 as has_evidence
    from staging.write_offs
),

facts as (
    select
        write_offs.*,
        date_diff('day', loans.oldest_unpaid_due, write_offs.written_off_on) as days_late,
        cast(rules.value as integer) as days_allowed
    from staging.write_offs as write_offs
    inner join marts.loans as loans on write_offs.loan_id = loans.loan_id
    left join staging.parameters as rules
        on rules.param_id = 'write_off_within_days'
        and rules.regime = 'CN'
        and rules.product = '*'
        and write_offs.written_off_on between rules.valid_from and rules.valid_to
    where write_offs.reversed_on is null
)

select
    'T10_write_off' as test_id,
    'not_approved' as kind,
    facts.loan_id,
    facts.written_off_on as happened_on,
    facts.write_off_id as reference,
    cast(null as decimal(18, 2)) as recorded,
    cast(null as decimal(18, 2)) as recomputed,
    facts.amount
from facts
cross join recorded
where recorded.has_approvals and facts.approved_by is null
union all
select
    'T10_write_off' as test_id,
    'no_evidence' as kind,
    facts.loan_id,
    facts.written_off_on as happened_on,
    facts.write_off_id as reference,
    cast(null as decimal(18, 2)) as recorded,
    cast(null as decimal(18, 2)) as recomputed,
    facts.amount
from facts
cross join recorded
where recorded.has_evidence and facts.evidence is null
union all
select
    'T10_write_off' as test_id,
    'too_late' as kind,
    loan_id,
    written_off_on as happened_on,
    write_off_id as reference,
    cast(days_late as decimal(18, 2)) as recorded,
    cast(days_allowed as decimal(18, 2)) as recomputed,
    amount
from facts
where days_late > days_allowed
