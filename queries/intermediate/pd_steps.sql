-- One row per month end, product, state and number of months ahead, as far as the longest loan still runs: the
-- probability to have defaulted by then, by the powers of the monthly matrix (5.1, W20). Paid off and sold are states
-- of no return too: who has gone that way does not default.
with recursive reach as (
    select
        product,
        max(months_left) as months
    from intermediate.exposures
    group by product
),

steps as (
    select
        squares.month_end,
        squares.product,
        starts.state,
        0 as months_ahead,
        reach.months as reach,
        starts.occupied,
        cast(0 as double) as pd
    from intermediate.pd_squares as squares
    inner join reach on squares.product = reach.product
    cross join (
        values
        ('current', [1.0::double, 0, 0, 0]),
        ('1-30', [0::double, 1, 0, 0]),
        ('31-60', [0::double, 0, 1, 0]),
        ('61-90', [0::double, 0, 0, 1])
    ) as starts (state, occupied)
    union all
    select
        steps.month_end,
        steps.product,
        steps.state,
        steps.months_ahead + 1 as months_ahead,
        steps.reach,
        [
            list_dot_product(steps.occupied, squares.into_current),
            list_dot_product(steps.occupied, squares.into_30),
            list_dot_product(steps.occupied, squares.into_60),
            list_dot_product(steps.occupied, squares.into_90)
        ] as occupied,
        steps.pd + list_dot_product(steps.occupied, squares.into_default) as pd
    from steps
    inner join intermediate.pd_squares as squares
        on steps.month_end = squares.month_end and steps.product = squares.product
    where steps.months_ahead < steps.reach
)

select
    month_end,
    product,
    state,
    months_ahead,
    pd
from steps
where months_ahead > 0
