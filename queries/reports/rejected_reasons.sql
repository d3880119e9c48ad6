-- One row per kind (rejected, flagged), table and reason, most rows first; no record, only where to look.
select
    kind,
    table_name,
    rule,
    rows,
    first_row
from book_rejects()
order by kind = 'flagged', rows desc, table_name, rule
