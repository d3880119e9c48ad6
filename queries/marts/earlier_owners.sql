-- One row per time a case went from one person to another while it stayed with a department: who had it before, from
-- which day on and up to which, that day not counted. Whoever had it last is the owner of the stay.
select
    concat(given.case_id, '-', cast(given.stay as varchar)) as stay_id,
    given.case_id,
    given.to_staff as staff_id,
    cast(given.given_at as date) as held_from,
    cast(given.given_on_at as date) as held_until
from intermediate.assignments as given
where cast(given.given_at as date) < cast(given.given_on_at as date)
