-- One row per kind (rejected, set_aside, flagged), table and reason, most rows first; no record, only where to look.
select
    kind,
    table_name,
    rule,
    rows,
    first_row
from book_rejects()
order by kind = 'flagged', kind, rows desc, table_name, rule
