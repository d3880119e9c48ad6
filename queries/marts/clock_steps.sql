-- One row per clock and step of its walk, with the branch and product of its loan: what each event did to it (12.1).
select
    starts.loan_id,
    loans.branch,
    loans.product,
    starts.legal_clock,
    starts.subject_id,
    walks.*
from intermediate.clock_walks as walks
inner join intermediate.clock_starts as starts on walks.clock_id = starts.clock_id
inner join staging.loans as loans on starts.loan_id = loans.loan_id
order by starts.loan_id, walks.clock_id, walks.step
