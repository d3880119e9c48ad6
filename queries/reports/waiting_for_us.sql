-- One row per case that was sent to a department and that it has neither accepted nor returned on the date looked at.
select
    sent.hand_over_id,
    sent.case_id,
    sent.case_type,
    sent.branch,
    sent.loan_id,
    sent.from_department_id as department_id,
    sent.sent_at,
    $as_of - sent.sent_on as age_days,
    sent.is_late
from scoped_hand_overs($branches, $products) as sent
where sent.to_department_id = $department_id
    and sent.sent_on <= $as_of
    and (sent.answered_on is null or sent.answered_on > $as_of)
order by sent.sent_at, sent.hand_over_id
limit 200
