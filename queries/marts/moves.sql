-- One row per span (1 or 12 months), month end, branch, product and move (bucket and class at the opening, state and class
-- at the month end, cure): marts.loan_moves, summed. Other spans are asked of the loans themselves.
with moves as (
    select *
    from marts.loan_moves
    where span in (1, 12)
)

select
    span,
    opened_on,
    month_end,
    branch,
    product,
    opening_bucket,
    opening_class,
    to_state,
    closing_class,
    cure,
    sum(loans) as loans,
    sum(opening_balance) as opening_balance,
    sum(closing_balance) as closing_balance,
    sum(kept_balance) as kept_balance,
    sum(disposed_balance) as disposed_balance
from moves
group by
    span,
    opened_on,
    month_end,
    branch,
    product,
    opening_bucket,
    opening_class,
    to_state,
    closing_class,
    cure
order by span, month_end, branch, product
