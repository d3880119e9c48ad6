-- One row per row of raw.restructures, with the branch and product of its loan.
select
    facts.*,
    loans.branch,
    loans.product
from raw.restructures as facts
inner join staging.loans as loans on facts.loan_id = loans.loan_id
order by facts.loan_id, facts.restructured_on
