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
),

cases as (
    select
        case_id,
        department_id,
        department,
        department_zh
    from scoped_cases($branches, $products)
    where case_id in (select case_id from sent)
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
    cases.department_id,
    cases.department,
    cases.department_zh
from sent
left join cases on sent.case_id = cases.case_id
