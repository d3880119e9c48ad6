-- One row per person, with the department of the organisation in force that the person works for.
select
    staff.staff_id,
    staff.name,
    homes.department_id,
    coalesce(staff.branch, '') as branch,
    staff.grade,
    staff.joined_on,
    staff.left_on,
    coalesce(staff.fte, 1) as fte,
    staff.login
from raw.staff as staff
left join intermediate.department_homes as homes on staff.department_id = homes.recorded_id
