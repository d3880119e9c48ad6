-- One row per clock of a loan and step of its walk: each event, what it did, and when the clock runs out after it (12.1).
select
    clock_id || ' ' || step as step_id,
    clock_id,
    legal_clock,
    subject_id,
    loan_id,
    step,
    happened_on,
    event,
    effect,
    ends_on,
    expires_on
from scoped_clock_steps($branches, $products)
where loan_id = $loan_id
order by legal_clock, subject_id, step
