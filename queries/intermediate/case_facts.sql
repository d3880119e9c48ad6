-- One row per case: what stays the same however it moves. A case of head office has branch '', one without a loan
-- product ''.
select
    cases.case_id,
    homes.department_id,
    cases.case_type,
    coalesce(cases.grade, 'standard') as grade,
    cases.duty_id,
    cases.loan_id,
    coalesce(cases.borrower_id, loans.borrower_id) as borrower_id,
    coalesce(loans.branch, cases.branch, '') as branch,
    coalesce(loans.product, '') as product,
    cast(coalesce(types.standard_minutes, 0) as decimal(18, 2)) as standard_minutes,
    cases.opened_at,
    cases.due_at,
    cases.closed_at,
    cases.owner,
    cases.outcome
from raw.cases as cases
inner join intermediate.department_homes as homes on cases.department_id = homes.recorded_id
left join staging.loans as loans on cases.loan_id = loans.loan_id
left join raw.case_types as types on cases.case_type = types.case_type
