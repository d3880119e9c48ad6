-- One row per sum received on a loan after it was written off, with the month end it counts in (3.6).
select
    recovery_id,
    loan_id,
    branch,
    product,
    recovered_on,
    kind,
    last_day(recovered_on) as month_end,
    amount as recovered_amount
from scoped_recoveries($branches, $products)
