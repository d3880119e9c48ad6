-- One row per auditable unit of the book, with its names.
select
    unit_id,
    unit,
    unit_zh
from book_auditable_units()
order by unit_id
