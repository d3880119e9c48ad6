-- One row per write-off or sale of a loan or a part of it.
select
    write_off_id,
    loan_id,
    written_off_on,
    amount,
    coalesce(kind, 'write_off') as kind,
    coalesce(is_partial, false) as is_partial,
    reversed_on,
    approved_by,
    evidence
from raw.write_offs
