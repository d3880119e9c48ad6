-- One row per row of raw.recoveries, with the branch and product of its loan.
select
    facts.*,
    loans.branch,
    loans.product
from raw.recoveries as facts
inner join staging.loans as loans on facts.loan_id = loans.loan_id
order by facts.loan_id, facts.recovered_on
