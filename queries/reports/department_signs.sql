-- One row per department (of one, or of all) that has had cases in three months: what shows whether it needs help, its late
-- cases of those due, its hours in use and its people against those that the work needs (11). As in
-- workload_by_department, which tells more and takes longer. Of people against work nothing where some are out of view.
with work as (
    select
        department_id,
        sum(case when month_end = $month_end then due_in_month else 0 end) as due_in_month,
        sum(case when month_end = $month_end then breached_in_month else 0 end) as breached_in_month
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
    work.due_in_month,
    work.breached_in_month,
    cast(work.breached_in_month as double) / nullif(work.due_in_month, 0) as sla_breach_rate_due,
    case when people.is_whole or people.people > 0 then people.people end as people,
    coalesce(people.is_whole, in_scope($branches, $products, '', '')) as is_whole,
    case when people.is_whole then cast(people.productive_hours as double) / nullif(people.available_hours, 0) end
        as utilisation,
    case when people.is_whole and people.people > 0 then ceil(people.fte_needed) end as fte_required,
    case when people.is_whole and people.people > 0 then people.fte_present end as fte_present,
    case when people.is_whole and people.people > 0 then ceil(people.fte_needed) - people.fte_present end as staffing_gap
from work
left join book_departments() as departments on work.department_id = departments.department_id
left join people on work.department_id = people.department_id
order by work.department_id
