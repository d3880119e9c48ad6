-- One row per department of the book, with its names.
select
    department_id,
    name,
    name_zh
from book_departments()
order by department_id
