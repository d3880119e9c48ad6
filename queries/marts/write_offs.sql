-- One row per row of raw.write_offs, with the branch and product of its loan.
select
    facts.*,
    loans.branch,
    loans.product
from raw.write_offs as facts
inner join staging.loans as loans on facts.loan_id = loans.loan_id
order by facts.loan_id, facts.written_off_on
