-- One row per state and number of months ahead: the probability to have defaulted by then that expected loss of one
-- product is reckoned with.
with curves as (
    select
        state,
        curve,
        unnest(range(1, len(curve) + 1)) as months_ahead
    from book_pd_curves()
    where month_end = $month_end and product = $product and list_contains($products, product)
)

select
    state,
    months_ahead,
    curve[months_ahead] as pd
from curves
order by list_position(['current', '1-30', '31-60', '61-90'], state), months_ahead
