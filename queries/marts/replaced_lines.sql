-- One row per loan and instalment of a schedule that another has replaced, with the stretch of time in which it was in
-- force: with marts.instalments, which holds the latest schedules, all that was ever expected.
select
    rules.loan_id,
    rules.branch,
    rules.product,
    schedule.seq,
    schedule.due_on,
    schedule.principal_due,
    schedule.interest_due,
    schedule.fee_due,
    schedule.penalty_due,
    rules.disbursed_on,
    versions.in_force_from,
    versions.in_force_until,
    ends.left_on
from intermediate.schedule as schedule
inner join intermediate.loan_rules as rules on schedule.loan_no = rules.loan_no
inner join intermediate.schedule_versions as versions
    on schedule.loan_no = versions.loan_no and schedule.version = versions.version
inner join intermediate.loan_ends as ends
    on schedule.loan_no = ends.loan_no and schedule.version <> ends.latest_version
where versions.in_force_from < versions.in_force_until
order by rules.loan_id, schedule.due_on, schedule.seq
