-- One row, or none: the department of the organisation in force that has the work of a department, which is itself where
-- the organisation has it, else the one that takes it over; and whether its head may see masked values.
select
    department_id,
    may_unmask
from book_departments()
where department_id = $department_id or concat(' ', takes_over, ' ') like concat('% ', $department_id, ' %')
order by case when department_id = $department_id then 0 else 1 end
limit 1
