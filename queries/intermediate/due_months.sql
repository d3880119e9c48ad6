-- One row per loan, schedule version and state date on or before which instalments fell due since the one before:
-- the running totals up to the last of them, and what falls due on the state date itself.
with dated as (
    select
        schedule.*,
        least(last_day(greatest(schedule.due_on, rules.disbursed_on)), build.as_of) as state_date
    from intermediate.schedule as schedule
    inner join intermediate.loan_rules as rules on schedule.loan_id = rules.loan_id
    cross join raw.build as build
    where schedule.due_on <= build.as_of
)

select
    loan_id,
    version,
    state_date,
    max(cash_after) as cash_due,
    max(principal_after) as principal_due,
    max(interest_after) as interest_due,
    max(fee_after) as fee_due,
    max(penalty_after) as penalty_due,
    max(aged_lines_after) as aged_lines,
    sum(principal_due + interest_due) as due_in_month,
    sum(case when due_on = state_date then aged_due else 0 end) as aged_today,
    sum(case when due_on = state_date then principal_due else 0 end) as principal_today,
    sum(case when due_on = state_date then interest_due else 0 end) as interest_today,
    sum(case when due_on = state_date then fee_due else 0 end) as fee_today,
    sum(case when due_on = state_date and aged_due > tolerance then 1 else 0 end) as aged_lines_today
from dated
group by loan_id, version, state_date
