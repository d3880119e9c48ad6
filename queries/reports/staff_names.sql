-- One row per person of the house: what the person is called.
select
    staff_id,
    name
from book_staff()
order by staff_id
