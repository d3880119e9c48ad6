-- One row per hand-over from one department to another after one date up to that looked at, as it stood then; with the
-- department that has the case now.
with sent as (
    select *
    from scoped_hand_overs_on($branches, $products, $as_of)
    where sent_on > $since
        and from_department_id = $from_id
        and to_department_id = $to_id
        and ($case_type = '' or case_type = $case_type)
        and case $state
            when 'late' then is_late
            when 'all' then true
            else outcome = $state
        end
)

select
    sent.hand_over_id,
    sent.case_id,
    sent.case_type,
    sent.branch,
    sent.product,
    sent.loan_id,
    sent.sent_at,
    sent.answered_at,
    sent.outcome as answer,
    sent.wait_minutes / 60.0 as wait_hours,
    sent.target_minutes / 60.0 as target_hours,
    sent.is_late,
    sent.dwell_days,
    sent.holder_id as department_id,
    coalesce(departments.name, sent.holder_id) as department,
    coalesce(departments.name_zh, departments.name, sent.holder_id) as department_zh
from sent
left join book_departments() as departments on sent.holder_id = departments.department_id
