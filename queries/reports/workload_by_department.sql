-- One row per department (of one, or of all) that has had cases or has people: its work in the month, its backlog by age,
-- and its people against those that the work needs (11): nothing of that where some of them are out of view.
with work as (
    select
        department_id,
        sum(case when month_end = $month_end then opened else 0 end) as opened,
        sum(case when month_end = $month_end then received else 0 end) as received,
        sum(case when month_end = $month_end then closed else 0 end) as closed,
        sum(case when month_end = $month_end then handed_on else 0 end) as handed_on,
        sum(case when month_end = $month_end then backlog else 0 end) as backlog,
        sum(case when month_end = last_day($month_end - interval 1 month) then backlog else 0 end) as backlog_before,
        sum(case when month_end = $month_end then overdue_open else 0 end) as overdue_open,
        sum(case when month_end = $month_end then at_risk else 0 end) as at_risk,
        sum(case when month_end = $month_end then due_in_month else 0 end) as due_in_month,
        sum(case when month_end = $month_end then breached_in_month else 0 end) as breached_in_month,
        sum(case when month_end = $month_end then age_days_sum else 0 end) as age_days_sum,
        sum(case when month_end = $month_end then age_0_3 else 0 end) as age_0_3,
        sum(case when month_end = $month_end then age_4_10 else 0 end) as age_4_10,
        sum(case when month_end = $month_end then age_11_30 else 0 end) as age_11_30,
        sum(case when month_end = $month_end then age_31_60 else 0 end) as age_31_60,
        sum(case when month_end = $month_end then age_61_90 else 0 end) as age_61_90,
        sum(case when month_end = $month_end then age_over_90 else 0 end) as age_over_90,
        sum(case when month_end = $month_end then closed_late else 0 end) as closed_late,
        sum(case when month_end = $month_end then closed_with_target else 0 end) as closed_with_target,
        sum(case when month_end = $month_end then reopened else 0 end) as reopened
    from scoped_workload($branches, $products)
    where month_end > last_day($month_end - interval 3 month) and month_end <= $month_end
        and ($department_id = '' or department_id = $department_id)
    group by department_id
),

people as (
    select
        department_id,
        sum(fte_needed) as fte_needed,
        sum(fte_present) as fte_present,
        sum(people) as people,
        sum(people_unseen) = 0 as is_whole,
        sum(closed_hours) as closed_hours,
        sum(productive_hours) as productive_hours,
        sum(available_hours) as available_hours
    from scoped_capacity($branches, $products)
    where month_end = $month_end and ($department_id = '' or department_id = $department_id)
    group by department_id
)

select
    work.department_id,
    coalesce(departments.name, work.department_id) as department,
    coalesce(departments.name_zh, work.department_id) as department_zh,
    work.opened,
    work.received,
    work.closed,
    work.handed_on,
    work.backlog,
    work.backlog_before,
    work.overdue_open,
    work.at_risk,
    work.due_in_month,
    work.breached_in_month,
    work.age_0_3,
    work.age_4_10,
    work.age_11_30,
    work.age_31_60,
    work.age_61_90,
    work.age_over_90,
    cast(work.closed_late as double) / nullif(work.closed_with_target, 0) as sla_breach_rate_closed,
    cast(work.reopened as double) / nullif(work.closed, 0) as reopen_rate,
    cast(work.closed as double) / nullif(work.opened, 0) as clearance_rate,
    cast(work.breached_in_month as double) / nullif(work.due_in_month, 0) as sla_breach_rate_due,
    cast(work.age_days_sum as double) / nullif(work.backlog, 0) as case_age,
    case when people.is_whole or people.people > 0 then people.people end as people,
    coalesce(people.is_whole, in_scope($branches, $products, '', '')) as is_whole,
    case when people.is_whole then cast(work.backlog as double) / nullif(people.people, 0) end as caseload_ratio,
    case when people.is_whole then cast(people.closed_hours as double) / nullif(people.fte_present, 0) end
        as throughput_per_fte,
    case when people.is_whole then cast(people.productive_hours as double) / nullif(people.available_hours, 0) end
        as utilisation,
    case when people.is_whole and people.people > 0 then ceil(people.fte_needed) end as fte_required,
    case when people.is_whole and people.people > 0 then people.fte_present end as fte_present,
    case when people.is_whole and people.people > 0 then ceil(people.fte_needed) - people.fte_present end as staffing_gap
from work
left join book_departments() as departments on work.department_id = departments.department_id
left join people on work.department_id = people.department_id
order by work.backlog desc, work.department_id
