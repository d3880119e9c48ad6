-- One row per loan, schedule version and instalment.
select
    loan_id,
    coalesce(version, 1) as version,
    seq,
    due_on,
    principal_due,
    interest_due,
    coalesce(fee_due, 0) as fee_due,
    coalesce(penalty_due, 0) as penalty_due,
    valid_from
from raw.instalments
