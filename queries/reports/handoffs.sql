-- One row per pair of departments: how often cases were sent from one to the other after one date up to that looked at,
-- what had become of it by then, how long it waited, and how long the accepted then stayed there (so far). What was
-- answered later is still open on the date. Of one department, what it sent and what it was sent.
with sent as (
    select *
    from scoped_hand_overs_on($branches, $products, $as_of)
    where sent_on > $since
        and ($case_type = '' or case_type = $case_type)
        and ($department_id = '' or $department_id in (from_department_id, to_department_id))
),

-- Names stand beside the sums, not in them; both quantiles are of one list.
routes as (
    select
        from_department_id,
        to_department_id,
        count(*) as handed_over,
        count(*) filter (where sent_before_on is null or sent_before_on <= $since) as cases,
        count(*) filter (where outcome = 'accepted') as accepted,
        count(*) filter (where outcome = 'returned') as returned,
        count(*) filter (where outcome = 'open') as open,
        count(*) filter (where is_late) as late,
        quantile_cont(wait_minutes, [0.5, 0.9]) filter (where outcome = 'accepted') as wait_minutes,
        quantile_cont(dwell_days, [0.5, 0.9]) filter (where dwell_days is not null) as dwell_days
    from sent
    group by from_department_id, to_department_id
),

departments as (select * from book_departments())

select
    routes.from_department_id as from_id,
    coalesce(givers.name, routes.from_department_id) as from_department,
    coalesce(givers.name_zh, routes.from_department_id) as from_department_zh,
    coalesce(givers.position, 999) as from_position,
    routes.to_department_id as to_id,
    coalesce(takers.name, routes.to_department_id) as to_department,
    coalesce(takers.name_zh, routes.to_department_id) as to_department_zh,
    coalesce(takers.position, 999) as to_position,
    routes.handed_over,
    routes.cases,
    routes.accepted,
    routes.returned,
    routes.open,
    routes.late,
    cast(routes.returned as double) / routes.handed_over as bounce_rate,
    cast(routes.late as double) / routes.handed_over as late_rate,
    routes.wait_minutes[1] / 60 as handoff_hours,
    routes.wait_minutes[2] / 60 as handoff_hours_p90,
    routes.dwell_days[1] as dwell_days,
    routes.dwell_days[2] as dwell_days_p90
from routes
left join departments as givers on routes.from_department_id = givers.department_id
left join departments as takers on routes.to_department_id = takers.department_id
order by routes.handed_over desc, from_id, to_id
