-- One row per file of a foreign tape: what became of its rows.
select
    table_name,
    rows,
    converted,
    rejected,
    duplicates,
    set_aside,
    flagged
from book_source_loads()
order by table_name
