-- One row per event of a case, with the case's branch, product, department and loan.
select
    events.event_id,
    events.case_id,
    events.event,
    events.happened_at,
    events.actor,
    events.to_staff,
    coalesce(homes.department_id, events.to_department) as to_department,
    events.waits_for,
    events.note,
    cases.department_id,
    cases.case_type,
    cases.loan_id,
    cases.branch,
    cases.product
from raw.case_events as events
inner join marts.cases as cases on events.case_id = cases.case_id
left join intermediate.department_homes as homes on events.to_department = homes.recorded_id
order by events.case_id, events.happened_at, events.event_id
