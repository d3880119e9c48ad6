-- One row per department that has had cases: its work in the month, and its backlog a month before (11).
with work as (
    select *
    from scoped_workload($branches, $products)
    where month_end in ($month_end, last_day($month_end - interval 1 month))
),

departments as (select * from book_departments()),

summed as (
    select
        department_id,
        sum(case when month_end = $month_end then opened else 0 end) as opened,
        sum(case when month_end = $month_end then received else 0 end) as received,
        sum(case when month_end = $month_end then closed else 0 end) as closed,
        sum(case when month_end = $month_end then handed_on else 0 end) as handed_on,
        sum(case when month_end = $month_end then backlog else 0 end) as backlog,
        sum(case when month_end < $month_end then backlog else 0 end) as backlog_before,
        sum(case when month_end = $month_end then overdue_open else 0 end) as overdue_open,
        sum(case when month_end = $month_end then at_risk else 0 end) as at_risk,
        sum(case when month_end = $month_end then due_in_month else 0 end) as due_in_month,
        sum(case when month_end = $month_end then breached_in_month else 0 end) as breached_in_month,
        sum(case when month_end = $month_end then age_days_sum else 0 end) as age_days_sum
    from work
    group by department_id
)

select
    summed.department_id,
    coalesce(departments.name, summed.department_id) as department,
    coalesce(departments.name_zh, summed.department_id) as department_zh,
    summed.opened,
    summed.received,
    summed.closed,
    summed.handed_on,
    summed.backlog,
    summed.backlog_before,
    summed.overdue_open,
    summed.at_risk,
    summed.due_in_month,
    summed.breached_in_month,
    cast(summed.closed as double) / nullif(summed.opened, 0) as clearance_rate,
    cast(summed.breached_in_month as double) / nullif(summed.due_in_month, 0) as sla_breach_rate_due,
    cast(summed.age_days_sum as double) / nullif(summed.backlog, 0) as case_age
from summed
left join departments on summed.department_id = departments.department_id
order by summed.backlog desc, summed.department_id
