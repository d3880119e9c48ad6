-- T12 (14.2): the officer who answers for a loan approved its restructuring, write-off or sale.
select
    'T12_sod' as test_id,
    kind,
    loan_id,
    decided_on as happened_on,
    reference,
    cast(null as decimal(18, 2)) as recorded,
    cast(null as decimal(18, 2)) as recomputed,
    amount
from intermediate.approvals
where approved_by = officer_id
