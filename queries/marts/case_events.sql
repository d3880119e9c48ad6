-- One row per event of a case, with the case's branch, product, department and loan.
select
    events.event_id,
    events.case_id,
    events.event,
    events.happened_at,
    events.actor,
    events.to_department,
    events.note,
    cases.department_id,
    cases.case_type,
    cases.loan_id,
    cases.branch,
    cases.product
from raw.case_events as events
inner join marts.cases as cases on events.case_id = cases.case_id
order by events.case_id, events.happened_at, events.event_id
