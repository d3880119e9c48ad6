-- One row: a borrower's name and numbers in clear, if one of its loans is in this scope (15.3).
select
    borrower_id,
    name,
    id_number,
    phone
from scoped_personal($branches, $products, $borrower_id)
