-- One row per month end, branch, product and department: its people's hours, and the hours that its work needs (11).
-- People belong to no product (''), cases do. Hours needed over the hours that one person has for cases are the people
-- needed; hours present over a full month are the people present. `staff` are all who were in the department in the month,
-- `staff_of_all` those among them of head office, who work for every branch: where they are out of view nothing is known of
-- how people stand against cases.
with worked as (
    select
        work.month_end,
        work.branch,
        work.product,
        work.department_id,
        sum(cast(work.work_minutes / 60 / terms.case_hours as decimal(18, 6))) as fte_needed,
        sum(work.backlog) as backlog,
        sum(work.closed) as closed,
        sum(cast(work.closed_minutes / 60 as decimal(18, 6))) as closed_hours
    from marts.workload as work
    inner join marts.capacity_terms as terms on work.month_end = terms.month_end
    group by work.month_end, work.branch, work.product, work.department_id
),

staffed as (
    select
        month_end,
        branch,
        product,
        department_id,
        sum(paid_hours) as paid_hours,
        sum(leave_hours) as leave_hours,
        sum(training_hours) as training_hours,
        sum(available_hours) as available_hours,
        sum(productive_hours) as productive_hours,
        sum(fte_present) as fte_present,
        sum(people) as people,
        sum(leavers) as leavers
    from marts.staff_months
    group by month_end, branch, product, department_id
),

everybody as (
    select
        month_end,
        department_id,
        count(*) as staff,
        count(*) filter (where branch = '') as staff_of_all
    from marts.staff_months
    where people > 0 or available_hours > 0
    group by month_end, department_id
),

places as (
    select
        month_end,
        branch,
        product,
        department_id
    from worked
    union
    select
        month_end,
        branch,
        product,
        department_id
    from staffed
    union
    select
        terms.month_end,
        '' as branch,
        '' as product,
        departments.department_id
    from marts.capacity_terms as terms
    cross join marts.departments as departments
    where departments.budgeted_posts is not null
)

select
    places.month_end,
    places.branch,
    places.product,
    places.department_id,
    coalesce(departments.name, places.department_id) as department,
    coalesce(departments.name_zh, places.department_id) as department_zh,
    coalesce(worked.fte_needed, 0) as fte_needed,
    coalesce(staffed.fte_present, 0) as fte_present,
    coalesce(worked.fte_needed, 0) - coalesce(staffed.fte_present, 0) as staffing_gap,
    coalesce(worked.backlog, 0) as backlog,
    coalesce(worked.closed, 0) as closed,
    coalesce(worked.closed_hours, 0) as closed_hours,
    coalesce(staffed.paid_hours, 0) as paid_hours,
    coalesce(staffed.leave_hours, 0) as leave_hours,
    coalesce(staffed.training_hours, 0) as training_hours,
    coalesce(staffed.available_hours, 0) as available_hours,
    coalesce(staffed.productive_hours, 0) as productive_hours,
    coalesce(staffed.people, 0) as people,
    coalesce(staffed.leavers, 0) as leavers,
    coalesce(everybody.staff, 0) as staff,
    coalesce(everybody.staff_of_all, 0) as staff_of_all,
    case when places.branch = '' and places.product = '' then coalesce(departments.budgeted_posts, 0) else 0 end
        as posts,
    case when places.branch = '' and places.product = '' then coalesce(departments.budgeted_posts, 0) else 0 end
    - case when departments.budgeted_posts is null then 0 else coalesce(staffed.people, 0) end as vacant_posts
from places
left join worked
    on places.month_end = worked.month_end
    and places.branch = worked.branch
    and places.product = worked.product
    and places.department_id = worked.department_id
left join staffed
    on places.month_end = staffed.month_end
    and places.branch = staffed.branch
    and places.product = staffed.product
    and places.department_id = staffed.department_id
left join everybody
    on places.month_end = everybody.month_end
    and places.department_id = everybody.department_id
left join marts.departments as departments on places.department_id = departments.department_id
order by places.month_end, places.department_id
