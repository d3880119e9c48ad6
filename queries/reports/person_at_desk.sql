-- One row, or none: who of the house signs in under a name.
select
    people.staff_id,
    people.name,
    people.department_id,
    departments.name as department,
    departments.name_zh as department_zh
from book_staff() as people
left join book_departments() as departments on people.department_id = departments.department_id
where people.login = $login and (people.left_on is null or people.left_on > $as_of)
order by people.staff_id
limit 1
