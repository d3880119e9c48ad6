-- One row per settlement in a standing, or of all: what was claimed, agreed, paid and forgiven (11.1).
select
    settlement_id,
    loan_id,
    borrower_id,
    branch,
    product,
    offered_on,
    approved_on,
    claim,
    agreed,
    paid_on,
    paid,
    haircut,
    approved_by,
    standing
from scoped_settlements($branches, $products)
where $standing = '' or standing = $standing
