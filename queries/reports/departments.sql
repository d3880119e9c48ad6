-- One row per department of the book, with its names, in the order of the organisation.
select
    department_id,
    name,
    name_zh
from book_departments()
order by position, department_id
