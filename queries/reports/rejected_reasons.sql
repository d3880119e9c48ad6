-- One row per table and rule by which rows were rejected, most first; no record, only where to look.
select
    table_name,
    rule,
    rows,
    first_row
from book_rejects()
order by rows desc, table_name, rule
