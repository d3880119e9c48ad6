-- One row per loan and month end with a probability of one reading: those of one month end, or, where a tenth is
-- asked for, the tested ones of that tenth.
select
    concat(loan_id, ' ', month_end) as score_id,
    loan_id,
    borrower_id,
    month_end,
    branch,
    product,
    balance,
    days_past_due,
    pd,
    band,
    is_default,
    reasons,
    grounds,
    parts
from scoped_model_scores($branches, $products)
where reading = $reading
    and case when $band > 0 then is_test and band = $band else month_end = $month_end end
