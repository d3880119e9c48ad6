-- One row: when the data of a day was loaded, and by when it had to be: eight in the morning of the day after (15.1).
-- The demo book stands still at its day: nothing is told of it.
select
    as_of as business_date,
    loaded_at,
    cast(as_of + interval 1 day as timestamp) + interval 8 hour as due_at
from raw.build
where not is_demo
