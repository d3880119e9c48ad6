-- One row: every hand-over sent after one date up to that looked at. Sent is accepted, returned and open.
-- Of one department, what it sent and what it was sent.
select
    count(*) as handed_over,
    count(*) filter (where outcome = 'accepted') as accepted,
    count(*) filter (where outcome = 'returned') as returned,
    count(*) filter (where outcome = 'open') as open,
    count(*) filter (where is_late) as late,
    cast(count(*) filter (where outcome = 'returned') as double) / nullif(count(*), 0) as bounce_rate,
    cast(count(*) filter (where is_late) as double) / nullif(count(*), 0) as late_rate,
    quantile_cont(wait_minutes, 0.5) filter (where outcome = 'accepted') / 60 as handoff_hours,
    quantile_cont(wait_minutes, 0.9) filter (where outcome = 'accepted') / 60 as handoff_hours_p90
from scoped_hand_overs_on($branches, $products, $as_of)
where sent_on > $since
    and ($case_type = '' or case_type = $case_type)
    and ($department_id = '' or $department_id in (from_department_id, to_department_id))
