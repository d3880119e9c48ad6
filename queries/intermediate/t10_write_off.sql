-- T10 (14.2): a write-off or sale without approval, without evidence, or later after the oldest unpaid due date than
-- the bank's own rule allows. A book that records neither approval nor evidence is not judged by them.
select
    'T10_write_off' as test_id,
    'not_approved' as kind,
    loan_id,
    written_off_on as happened_on,
    write_off_id as reference,
    cast(null as decimal(18, 2)) as recorded,
    cast(null as decimal(18, 2)) as recomputed,
    amount
from intermediate.judged_write_offs
where has_approvals and not is_approved
union all
select
    'T10_write_off' as test_id,
    'no_evidence' as kind,
    loan_id,
    written_off_on as happened_on,
    write_off_id as reference,
    cast(null as decimal(18, 2)) as recorded,
    cast(null as decimal(18, 2)) as recomputed,
    amount
from intermediate.judged_write_offs
where has_evidence and not is_evidenced
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
from intermediate.judged_write_offs
where days_late > days_allowed
