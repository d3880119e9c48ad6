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
    sum(disposed_balance) as disposed_balance,
    sum(forward_balance) as forward_balance,
    sum(stayed_balance) as stayed_balance,
    sum(back_balance) as back_balance,
    sum(late_count) as late_count,
    sum(late_balance) as late_balance,
    sum(cured_count) as cured_count,
    sum(cured_balance) as cured_balance,
    sum(admin_cured_balance) as admin_cured_balance,
    sum(performing_base) as performing_base,
    sum(performing_down) as performing_down,
    sum(performing_base_adj) as performing_base_adj,
    sum(performing_down_adj) as performing_down_adj,
    sum(normal_base) as normal_base,
    sum(normal_down) as normal_down,
    sum(normal_base_adj) as normal_base_adj,
    sum(normal_down_adj) as normal_down_adj,
    sum(sm_base) as sm_base,
    sum(sm_down) as sm_down,
    sum(sm_base_adj) as sm_base_adj,
    sum(sm_down_adj) as sm_down_adj,
    sum(sub_base) as sub_base,
    sum(sub_down) as sub_down,
    sum(sub_base_adj) as sub_base_adj,
    sum(sub_down_adj) as sub_down_adj,
    sum(doubtful_base) as doubtful_base,
    sum(doubtful_down) as doubtful_down,
    sum(doubtful_base_adj) as doubtful_base_adj,
    sum(doubtful_down_adj) as doubtful_down_adj
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
