-- One row per month end, branch, product, department and person: the open cases on the person's desk on that day, whoever
-- had them before or later (11).
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

months as (select distinct month_end from marts.capacity_terms)

select
    months.month_end,
    stays.branch,
    stays.product,
    stays.department_id,
    turns.staff_id,
    count(*) as backlog
from turns
inner join marts.case_stays as stays on turns.stay_id = stays.stay_id
inner join months on last_day(turns.held_from) <= months.month_end and turns.held_until > months.month_end
group by months.month_end, stays.branch, stays.product, stays.department_id, turns.staff_id
order by months.month_end, stays.department_id, turns.staff_id
