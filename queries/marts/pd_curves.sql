-- One row per month end, product and state: the probability to default within 1, 2, … months as a list, within twelve,
-- what it rests on and its standard error (5.1), and the monthly share of early part-repayment (6.2).
with curves as (
    select
        month_end,
        product,
        state,
        list(pd order by months_ahead) as curve
    from intermediate.pd_steps
    group by month_end, product, state
),

rests as (
    select
        month_end,
        product,
        from_state,
        max(own_loans) as own_loans,
        max(loans) as loans,
        bool_or(is_whole_book) as is_whole_book
    from intermediate.pd_shares
    group by month_end, product, from_state
)

select
    curves.month_end,
    curves.product,
    curves.state,
    curves.curve,
    curves.curve[least(12, len(curves.curve))] as pd_12m,
    coalesce(rests.own_loans, 0) as own_loans,
    coalesce(rests.loans, 0) as loans,
    coalesce(rests.is_whole_book, true) as is_whole_book,
    coalesce(speeds.part_repaid, 0) as part_repaid
from curves
left join rests
    on curves.month_end = rests.month_end and curves.product = rests.product and curves.state = rests.from_state
left join intermediate.part_repayments as speeds
    on curves.month_end = speeds.month_end and curves.product = speeds.product
order by curves.month_end, curves.product, curves.state
