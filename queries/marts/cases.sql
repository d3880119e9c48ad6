-- One row per case, with its department's name, its owner's name and the branch and product of its loan.
-- A case of head office has branch '', a case without a loan has product ''.
with departments as (select * from raw.departments)

select
    cases.case_id,
    cases.department_id,
    coalesce(departments.name, cases.department_id) as department,
    coalesce(departments.name_zh, departments.name, cases.department_id) as department_zh,
    cases.case_type,
    cases.duty_id,
    cases.loan_id,
    coalesce(cases.borrower_id, loans.borrower_id) as borrower_id,
    coalesce(loans.branch, cases.branch, '') as branch,
    coalesce(loans.product, '') as product,
    cases.opened_at,
    cast(cases.opened_at as date) as opened_on,
    cases.due_at,
    cast(cases.due_at as date) as due_on,
    cases.closed_at,
    cast(cases.closed_at as date) as closed_on,
    cases.owner,
    staff.name as owner_name,
    cases.outcome
from raw.cases as cases
left join departments on cases.department_id = departments.department_id
left join staging.loans as loans on cases.loan_id = loans.loan_id
left join raw.staff as staff on cases.owner = staff.staff_id
order by cases.opened_at, cases.case_id
