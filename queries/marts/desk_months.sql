-- One row per month end, branch, product, department and person: the open cases on the person's desk on that day, whoever
-- had them before or later, those past their target or near it, the standard minutes they take, and what was closed in
-- the month by who had it then (11).
with turns as (
    select
        stay_id,
        staff_id,
        held_from,
        held_until
    from marts.earlier_owners
    union all
    select
        stays.stay_id,
        stays.owner as staff_id,
        coalesce(max(earlier.held_until), stays.entered_on) as held_from,
        stays.left_day as held_until
    from marts.case_stays as stays
    left join marts.earlier_owners as earlier on stays.stay_id = earlier.stay_id
    where stays.owner is not null
    group by stays.stay_id, stays.owner, stays.entered_on, stays.left_day
),

months as (select distinct month_end from marts.capacity_terms),

parts as (
    select
        months.month_end,
        stays.branch,
        stays.product,
        stays.department_id,
        turns.staff_id,
        count(*) as backlog,
        count(*) filter (
            where stays.late_from <= months.month_end and stays.fulfilled_day > months.month_end
        ) as overdue_open,
        count(*) filter (
            where stays.risk_from <= months.month_end
                and stays.late_from > months.month_end
                and stays.fulfilled_day > months.month_end
        ) as at_risk,
        sum(stays.standard_minutes) as open_minutes
    from turns
    inner join marts.case_stays as stays on turns.stay_id = stays.stay_id
    inner join months on last_day(turns.held_from) <= months.month_end and turns.held_until > months.month_end
    group by months.month_end, stays.branch, stays.product, stays.department_id, turns.staff_id
    union all by name
    select
        months.month_end,
        stays.branch,
        stays.product,
        stays.department_id,
        stays.owner as staff_id,
        count(*) as closed
    from marts.case_stays as stays
    inner join months on last_day(stays.left_day) = months.month_end
    where stays.left_by = 'closed' and stays.owner is not null
    group by months.month_end, stays.branch, stays.product, stays.department_id, stays.owner
)

select
    month_end,
    branch,
    product,
    department_id,
    staff_id,
    cast(coalesce(sum(backlog), 0) as integer) as backlog,
    cast(coalesce(sum(overdue_open), 0) as integer) as overdue_open,
    cast(coalesce(sum(at_risk), 0) as integer) as at_risk,
    cast(coalesce(sum(open_minutes), 0) as decimal(18, 2)) as open_minutes,
    cast(coalesce(sum(closed), 0) as integer) as closed
from parts
group by month_end, branch, product, department_id, staff_id
order by month_end, department_id, staff_id
