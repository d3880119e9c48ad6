-- One row per person of the house who left: number, sign-in name where there is one, and the day.
select
    staff_id,
    coalesce(login, '') as login,
    left_on
from book_staff()
where left_on is not null
order by staff_id
