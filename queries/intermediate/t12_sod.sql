-- T12 (14.2): one person in two of the roles of a decision, who put it forward, reviewed and approved it. Of a
-- restructuring, a write-off or a sale it is the loan's officer who puts it forward.
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
where approved_by = initiated_by or reviewed_by = initiated_by or approved_by = reviewed_by
