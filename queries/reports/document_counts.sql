-- One row per document that a loan's file must hold at the month end: 1 if it lies there and is valid (11.1).
select
    concat(loan_id, '/', kind) as document_id,
    loan_id,
    kind,
    branch,
    product,
    received_on,
    valid_until,
    $month_end as month_end,
    1 as required_count,
    case when held_from <= $month_end and held_until >= $month_end then 1 else 0 end as held_count
from scoped_loan_documents($branches, $products)
where asked_from <= $month_end and asked_until >= $month_end
