-- One row per department, case type and level of what is to be answered within minutes: how many came in the month, how
-- long one takes, the time allowed, how many people are there at once while the line is open (hours present over hours
-- open), what one more adds to them, and the share that is to be answered in time (11). Where some of the people are out of
-- view, how many are there is not known.
with calls as (
    select
        department_id,
        case_type,
        grade,
        sum(calls) as calls,
        max(within_seconds) as within_seconds,
        max(handle_seconds) as handle_seconds,
        cast(max(open_hours) as double) as open_hours
    from scoped_calls($branches, $products)
    where month_end = $month_end
        and ($department_id = '' or department_id = $department_id)
    group by department_id, case_type, grade
),

people as (
    select
        department_id,
        cast(sum(available_hours) as double) as available_hours,
        cast(sum(people) as double) as people
    from scoped_capacity($branches, $products)
    where month_end = $month_end
        and ($department_id = '' or department_id = $department_id)
    group by department_id
    having sum(people_unseen) = 0
),

aims as (
    select max(cast(value as double)) as share
    from book_rules()
    where param_id = 'calls_in_time' and product = '*' and $month_end between valid_from and valid_to
)

select
    calls.department_id,
    coalesce(departments.name, calls.department_id) as department,
    coalesce(departments.name_zh, calls.department_id) as department_zh,
    calls.case_type,
    calls.grade as case_grade,
    calls.calls,
    calls.within_seconds,
    calls.handle_seconds,
    calls.open_hours,
    people.available_hours / nullif(calls.open_hours, 0) as at_once,
    people.available_hours / nullif(people.people, 0) / nullif(calls.open_hours, 0) as one_more,
    aims.share as share_asked
from calls
cross join aims
left join people on calls.department_id = people.department_id
left join book_departments() as departments on calls.department_id = departments.department_id
order by calls.department_id, calls.case_type, calls.calls desc, calls.grade
