-- One row: a row of a file that was rejected, set aside or flagged, with its cells as text; none out of scope.
select
    row_id,
    kind,
    table_name,
    row_number,
    rule,
    reason,
    record
from scoped_source_rows($branches, $products)
where row_id = $row_id
