-- One row per pair of departments: how often cases were sent from one to the other after one date up to that looked at,
-- what had become of it by then, how long it waited, and how long the accepted then stayed there (so far). What was
-- answered later is still open on the date.
with sent as (
    select *
    from scoped_hand_overs_on($branches, $products, $as_of)
    where sent_on > $since and ($case_type = '' or case_type = $case_type)
),

departments as (select * from book_departments())

select
    sent.from_department_id as from_id,
    coalesce(givers.name, sent.from_department_id) as from_department,
    coalesce(givers.name_zh, sent.from_department_id) as from_department_zh,
    coalesce(givers.position, 999) as from_position,
    sent.to_department_id as to_id,
    coalesce(takers.name, sent.to_department_id) as to_department,
    coalesce(takers.name_zh, sent.to_department_id) as to_department_zh,
    coalesce(takers.position, 999) as to_position,
    count(*) as handed_over,
    count(*) filter (where sent.sent_before_on is null or sent.sent_before_on <= $since) as cases,
    count(*) filter (where sent.outcome = 'accepted') as accepted,
    count(*) filter (where sent.outcome = 'returned') as returned,
    count(*) filter (where sent.outcome = 'open') as open,
    count(*) filter (where sent.is_late) as late,
    cast(count(*) filter (where sent.outcome = 'returned') as double) / count(*) as bounce_rate,
    cast(count(*) filter (where sent.is_late) as double) / count(*) as late_rate,
    quantile_cont(sent.wait_minutes, 0.5) filter (where sent.outcome = 'accepted') / 60 as handoff_hours,
    quantile_cont(sent.wait_minutes, 0.9) filter (where sent.outcome = 'accepted') / 60 as handoff_hours_p90,
    quantile_cont(sent.dwell_days, 0.5) as dwell_days,
    quantile_cont(sent.dwell_days, 0.9) as dwell_days_p90
from sent
left join departments as givers on sent.from_department_id = givers.department_id
left join departments as takers on sent.to_department_id = takers.department_id
group by all
order by handed_over desc, from_id, to_id
