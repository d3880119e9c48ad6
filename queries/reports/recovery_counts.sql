-- One row per sum received on a loan after it was written off, with the month end it counts in (3.6).
-- What was forgiven is no cash.
select
    recovery_id,
    loan_id,
    branch,
    product,
    recovered_on,
    kind,
    last_day(recovered_on) as month_end,
    case when kind = 'forgiven' then 0 else amount end as recovered_amount
from scoped_recoveries($branches, $products)
