-- One row per month end, branch, product, state a month before and state then: how many loans moved (5.1). Counts, not
-- balances: PD is one of loans. Loans in stage 3 a month before are left out; a loan of which one of the two month
-- ends is not recorded is in neither.
select
    stages.month_end,
    loans.branch,
    loans.product,
    stages.opening_state as from_state,
    stages.state as to_state,
    count(*) as loans
from intermediate.stages as stages
inner join staging.loans as loans on stages.loan_id = loans.loan_id
where stages.opening_state <> 'default'
group by stages.month_end, loans.branch, loans.product, stages.opening_state, stages.state
order by stages.month_end, loans.branch, loans.product
