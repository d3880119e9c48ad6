-- One row per duty of the organisation in force: what it is called.
select
    duty_id,
    name,
    name_zh
from book_duties()
order by position, duty_id
