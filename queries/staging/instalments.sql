-- One row per loan, schedule version and instalment. A folder with recorded months and no repayments at all tells no
-- payments: its schedules say nothing about who paid, and the record stands (data contract: either events or record).
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
where exists (select 1 from raw.repayments) or not exists (select 1 from raw.loan_months)
