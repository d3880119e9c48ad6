-- One row per promise to pay, as it stood at the month end: not due yet, or with its time up in the month and what came of
-- it (section 7).
with seen as (
    select
        promise_id,
        loan_id,
        borrower_id,
        branch,
        product,
        promised_on,
        due_on,
        kept_by,
        amount,
        case when kept_by <= $month_end then paid_amount end as paid_amount,
        case when kept_by <= $month_end or outcome = 'cancelled' then outcome else 'open' end as outcome
    from scoped_promises($branches, $products)
    where promised_on <= $month_end
)

select *
from seen
where outcome <> 'cancelled' and (outcome = 'open' or last_day(kept_by) = $month_end)
    and ($outcome = '' or outcome = $outcome)
