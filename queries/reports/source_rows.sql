-- One row per row of a file that was rejected, set aside or flagged, for one reason: its number, why, and its cells.
select
    row_id,
    kind,
    table_name,
    row_number,
    rule,
    reason,
    record
from scoped_source_rows($branches, $products)
where kind = $row_kind and table_name = $table_name and rule = $row_rule
