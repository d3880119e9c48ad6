-- One row per table of the folder: what was read, loaded, rejected and dropped as an exact duplicate.
select
    table_name,
    file_name,
    rows,
    loaded,
    rejected,
    duplicates,
    extra_columns
from book_loads()
order by rows = 0, table_name
