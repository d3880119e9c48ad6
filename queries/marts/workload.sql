-- One row per month end, branch, product, department and case type: what came in and went out, what is open and for how
-- long, what was due and late (11). What is open after a month is what was before, and what came in, less what went out:
-- over all departments what was received and handed on cancels. A case due in the month is breached when what was
-- promised, its closing or the event that its level ends with, came after its target or has not come by the data's last
-- day: the due cohort, never only the closed ones. How fast cases come and go is told over three months, which even out a
-- quiet one: `backlog_days` over what went in them less what came is how many days the open cases clear in.
with stays as (select * from marts.case_stays),

months as (
    select distinct calendar.month_end
    from raw.calendar as calendar
    cross join raw.build as build
    where calendar.month_end <= last_day(build.as_of)
),

came as (
    select
        last_day(entered_on) as month_end,
        branch,
        product,
        department_id,
        case_type,
        case when entered_by = 'received' then 0 else 1 end as opened,
        case when entered_by = 'received' then 1 else 0 end as received,
        standard_minutes as work_minutes
    from stays
),

went as (
    select
        last_day(left_on) as month_end,
        branch,
        product,
        department_id,
        case_type,
        case when left_by = 'closed' then 1 else 0 end as closed,
        case when left_by = 'handed_on' then 1 else 0 end as handed_on,
        case when left_by = 'closed' and is_breached then 1 else 0 end as closed_late,
        case when left_by = 'closed' and due_at is not null then 1 else 0 end as closed_with_target,
        case when left_by = 'closed' and date_diff('day', closed_on, reopened_on) <= 30 then 1 else 0 end as reopened,
        case when left_by = 'closed' then standard_minutes else 0 end as closed_minutes
    from stays
    where left_on is not null
),

due as (
    select
        last_day(due_on) as month_end,
        branch,
        product,
        department_id,
        case_type,
        case when is_breached then 1 else 0 end as breached
    from stays
    where is_due_here
),

-- What came and went counts for its own month and the two after it.
quarters as (
    select
        last_day(cast(moved.month_end + later.months * interval 1 month as date)) as month_end,
        moved.branch,
        moved.product,
        moved.department_id,
        moved.case_type,
        moved.came,
        moved.gone
    from (
        select
            month_end,
            branch,
            product,
            department_id,
            case_type,
            1 as came,
            0 as gone
        from came
        union all
        select
            month_end,
            branch,
            product,
            department_id,
            case_type,
            0 as came,
            1 as gone
        from went
    ) as moved
    cross join (select unnest([0, 1, 2]) as months) as later
),

-- A case stays on the books of a month only if it is there at its end.
held as (
    select
        months.month_end,
        stays.branch,
        stays.product,
        stays.department_id,
        stays.case_type,
        stays.standard_minutes,
        case
            when stays.late_from <= months.month_end and stays.fulfilled_day > months.month_end then 1
            else 0
        end as overdue,
        case
            when stays.risk_from <= months.month_end
                and stays.late_from > months.month_end
                and stays.fulfilled_day > months.month_end
                then 1
            else 0
        end as at_risk,
        date_diff('day', stays.opened_on, months.month_end) as age,
        date_diff('day', last_day(cast(months.month_end - interval 3 month as date)), months.month_end) as days
    from stays
    inner join months
        on last_day(stays.entered_on) <= months.month_end
        and (stays.left_on is null or stays.left_on > months.month_end)
),

counted as (
    select
        month_end,
        branch,
        product,
        department_id,
        case_type,
        count(*) as backlog,
        sum(overdue) as overdue_open,
        sum(at_risk) as at_risk,
        sum(age) as age_days_sum,
        sum(standard_minutes) as backlog_minutes,
        sum(case when age <= 3 then 1 else 0 end) as age_0_3,
        sum(case when age between 4 and 10 then 1 else 0 end) as age_4_10,
        sum(case when age between 11 and 30 then 1 else 0 end) as age_11_30,
        sum(case when age between 31 and 60 then 1 else 0 end) as age_31_60,
        sum(case when age between 61 and 90 then 1 else 0 end) as age_61_90,
        sum(case when age > 90 then 1 else 0 end) as age_over_90,
        sum(days) as backlog_days
    from held
    group by month_end, branch, product, department_id, case_type
    union all by name
    select
        month_end,
        branch,
        product,
        department_id,
        case_type,
        sum(opened) as opened,
        sum(received) as received,
        sum(work_minutes) as work_minutes
    from came
    group by month_end, branch, product, department_id, case_type
    union all by name
    select
        month_end,
        branch,
        product,
        department_id,
        case_type,
        sum(closed) as closed,
        sum(handed_on) as handed_on,
        sum(closed_late) as closed_late,
        sum(closed_with_target) as closed_with_target,
        sum(reopened) as reopened,
        sum(closed_minutes) as closed_minutes
    from went
    group by month_end, branch, product, department_id, case_type
    union all by name
    select
        month_end,
        branch,
        product,
        department_id,
        case_type,
        count(*) as due_in_month,
        sum(breached) as breached_in_month
    from due
    group by month_end, branch, product, department_id, case_type
    union all by name
    select
        month_end,
        branch,
        product,
        department_id,
        case_type,
        sum(came) as came_3m,
        sum(gone) as gone_3m
    from quarters
    group by month_end, branch, product, department_id, case_type
)

select
    counted.month_end,
    counted.branch,
    counted.product,
    counted.department_id,
    coalesce(max(departments.name), counted.department_id) as department,
    coalesce(max(departments.name_zh), counted.department_id) as department_zh,
    counted.case_type,
    cast(coalesce(sum(counted.opened), 0) as bigint) as opened,
    cast(coalesce(sum(counted.received), 0) as bigint) as received,
    cast(coalesce(sum(counted.closed), 0) as bigint) as closed,
    cast(coalesce(sum(counted.opened), 0) - coalesce(sum(counted.closed), 0) as bigint) as net_flow,
    cast(coalesce(sum(counted.handed_on), 0) as bigint) as handed_on,
    cast(coalesce(sum(counted.backlog), 0) as bigint) as backlog,
    cast(coalesce(sum(counted.overdue_open), 0) as bigint) as overdue_open,
    cast(coalesce(sum(counted.at_risk), 0) as bigint) as at_risk,
    cast(coalesce(sum(counted.due_in_month), 0) as bigint) as due_in_month,
    cast(coalesce(sum(counted.breached_in_month), 0) as bigint) as breached_in_month,
    cast(coalesce(sum(counted.closed_late), 0) as bigint) as closed_late,
    cast(coalesce(sum(counted.closed_with_target), 0) as bigint) as closed_with_target,
    cast(coalesce(sum(counted.reopened), 0) as bigint) as reopened,
    cast(coalesce(sum(counted.age_days_sum), 0) as bigint) as age_days_sum,
    cast(coalesce(sum(counted.age_0_3), 0) as bigint) as age_0_3,
    cast(coalesce(sum(counted.age_4_10), 0) as bigint) as age_4_10,
    cast(coalesce(sum(counted.age_11_30), 0) as bigint) as age_11_30,
    cast(coalesce(sum(counted.age_31_60), 0) as bigint) as age_31_60,
    cast(coalesce(sum(counted.age_61_90), 0) as bigint) as age_61_90,
    cast(coalesce(sum(counted.age_over_90), 0) as bigint) as age_over_90,
    cast(coalesce(sum(counted.work_minutes), 0) as decimal(18, 2)) as work_minutes,
    cast(coalesce(sum(counted.closed_minutes), 0) as decimal(18, 2)) as closed_minutes,
    cast(coalesce(sum(counted.backlog_minutes), 0) as decimal(18, 2)) as backlog_minutes,
    cast(coalesce(sum(counted.backlog_days), 0) as bigint) as backlog_days,
    cast(coalesce(sum(counted.came_3m), 0) as bigint) as came_3m,
    cast(coalesce(sum(counted.gone_3m), 0) as bigint) as gone_3m,
    cast(coalesce(sum(counted.gone_3m), 0) - coalesce(sum(counted.came_3m), 0) as bigint) as net_gone_3m
from counted
inner join months on counted.month_end = months.month_end
left join marts.departments as departments on counted.department_id = departments.department_id
group by counted.month_end, counted.branch, counted.product, counted.department_id, counted.case_type
order by counted.month_end, counted.department_id
