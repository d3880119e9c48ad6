-- One row per loan that has a state at any month end: the first and the last one, and whether the last is the one in
-- which it left the book. A record may begin after the loan did, or stop before it left.
select
    loan_no,
    min(state_date) as first_on,
    max(state_date) as last_on,
    coalesce(max(case when status = 'active' then state_date end) < max(state_date), true) as has_left,
    min(case when state_source = 'computed' then 1 else 0 end) as has_schedule
from intermediate.loan_states
where is_on_grid
group by loan_no
