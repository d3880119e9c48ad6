-- One row per time a case was sent to another department, with what came of it: until when it then stayed there, and
-- when the same case was sent the same way before; `holder_id` is the department that has the case now, or had it last.
with holders as (
    select
        stays.case_id,
        arg_max(stays.department_id, stays.stay) as department_id
    from intermediate.case_stays as stays
    semi join intermediate.hand_overs as handed on stays.case_id = handed.case_id
    group by stays.case_id
)

select
    handed.hand_over_id,
    handed.case_id,
    handed.case_type,
    handed.branch,
    handed.product,
    handed.loan_id,
    handed.from_department_id,
    handed.to_department_id,
    holders.department_id as holder_id,
    handed.sent_at,
    handed.sent_on,
    handed.answered_at,
    handed.answered_on,
    handed.sent_by,
    handed.answered_by,
    handed.outcome,
    handed.is_withdrawn,
    handed.calendar_id,
    handed.sent_minute,
    handed.target_minutes,
    handed.wait_minutes,
    handed.is_late,
    stays.left_at as released_at,
    lag(handed.sent_on) over (
        partition by handed.case_id, handed.from_department_id, handed.to_department_id
        order by handed.sent_at, handed.hand_over_id
    ) as sent_before_on
from intermediate.hand_overs as handed
left join holders on handed.case_id = holders.case_id
left join intermediate.case_stays as stays
    on handed.case_id = stays.case_id
    and handed.answered_at = stays.entered_at
    and handed.to_department_id = stays.department_id
    and handed.outcome = 'accepted'
    and stays.entered_by = 'received'
order by handed.sent_at, handed.hand_over_id
