-- T13 (14.2): a restructuring, a class set by hand, a write-off or sale above the authority of the grade of who approved it.
select
    'T13_limit' as test_id,
    kind,
    loan_id,
    decided_on as happened_on,
    reference,
    amount as recorded,
    authority as recomputed,
    amount
from intermediate.approvals
where amount > authority
