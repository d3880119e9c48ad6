-- One row per person, type of case or department's budget at the month end looked at: what capacity is summed from (11).
with terms as (select * from book_capacity_terms() where month_end = $month_end),

departments as (select * from book_departments()),

people as (
    select
        concat('1 ', staff_id) as row_id,
        staff_id,
        name,
        department_id,
        branch,
        product,
        grade,
        cast(null as varchar) as case_type,
        cast(0 as decimal(18, 6)) as fte_needed,
        0 as backlog,
        0 as closed,
        cast(0 as decimal(18, 6)) as closed_hours,
        paid_hours,
        leave_hours,
        training_hours,
        available_hours,
        productive_hours,
        fte_present,
        people,
        leavers,
        0 as posts
    from scoped_staff_months($branches, $products)
    where month_end = $month_end
),

work as (
    select
        concat('2 ', work.department_id, ' ', work.case_type, ' ', work.branch, ' ', work.product) as row_id,
        cast(null as varchar) as staff_id,
        cast(null as varchar) as name,
        work.department_id,
        work.branch,
        work.product,
        cast(null as varchar) as grade,
        work.case_type,
        cast(work.work_minutes / 60 / terms.case_hours as decimal(18, 6)) as fte_needed,
        work.backlog,
        work.closed,
        cast(work.closed_minutes / 60 as decimal(18, 6)) as closed_hours,
        0.0 as paid_hours,
        0.0 as leave_hours,
        0.0 as training_hours,
        0.0 as available_hours,
        0.0 as productive_hours,
        cast(0 as decimal(18, 6)) as fte_present,
        0.0 as people,
        0 as leavers,
        0 as posts
    from scoped_workload($branches, $products) as work
    inner join terms on work.month_end = terms.month_end
),

budgets as (
    select
        concat('3 ', department_id) as row_id,
        cast(null as varchar) as staff_id,
        cast(null as varchar) as name,
        department_id,
        '' as branch,
        '' as product,
        cast(null as varchar) as grade,
        cast(null as varchar) as case_type,
        cast(0 as decimal(18, 6)) as fte_needed,
        0 as backlog,
        0 as closed,
        cast(0 as decimal(18, 6)) as closed_hours,
        0.0 as paid_hours,
        0.0 as leave_hours,
        0.0 as training_hours,
        0.0 as available_hours,
        0.0 as productive_hours,
        cast(0 as decimal(18, 6)) as fte_present,
        0.0 as people,
        0 as leavers,
        budgeted_posts as posts
    from departments
    where budgeted_posts is not null and in_scope($branches, $products, '', '')
),

every as (
    select * from people
    union all
    select * from work
    union all
    select * from budgets
)

select
    $month_end as month_end,
    every.*,
    every.fte_needed - every.fte_present as staffing_gap,
    every.posts - case when departments.budgeted_posts is null then 0 else every.people end as vacant_posts
from every
left join departments on every.department_id = departments.department_id
