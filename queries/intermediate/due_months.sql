-- One row per loan, schedule version and state date on or before which instalments fell due since the one before:
-- the running totals up to the last of them, and the first and the last due date among them.
select
    schedule.loan_no,
    schedule.version,
    least(last_day(greatest(schedule.due_on, rules.disbursed_on)), build.as_of) as state_date,
    max(schedule.cash_after) as cash_due,
    max(schedule.principal_after) as principal_due,
    min(greatest(schedule.due_on, rules.disbursed_on)) as first_due_on,
    max(greatest(schedule.due_on, rules.disbursed_on)) as last_due_on
from intermediate.schedule as schedule
inner join intermediate.loan_rules as rules on schedule.loan_no = rules.loan_no
cross join raw.build as build
where schedule.due_on <= build.as_of
group by
    schedule.loan_no,
    schedule.version,
    least(last_day(greatest(schedule.due_on, rules.disbursed_on)), build.as_of)
