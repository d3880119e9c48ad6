-- One row per month end and product with any move in its window: the matrix of monthly shares by columns, each a list
-- over the states of the month before (current, 1-30, 31-60, 61-90). A state in which nobody was seen stays as it is.
with known as (
    select distinct
        month_end,
        product
    from intermediate.pd_shares
),

places as (
    select *
    from (values ('current', 1), ('1-30', 2), ('31-60', 3), ('61-90', 4)) as states (from_state, place)
),

cells as (
    select
        known.month_end,
        known.product,
        places.place,
        coalesce(shares.to_state, places.from_state) as to_state,
        coalesce(shares.share, 1) as share
    from known
    cross join places
    left join intermediate.pd_shares as shares
        on known.month_end = shares.month_end
        and known.product = shares.product
        and places.from_state = shares.from_state
),

lines as (
    select
        month_end,
        product,
        place,
        sum(case when to_state = 'current' then share else 0 end) as into_current,
        sum(case when to_state = '1-30' then share else 0 end) as into_30,
        sum(case when to_state = '31-60' then share else 0 end) as into_60,
        sum(case when to_state = '61-90' then share else 0 end) as into_90,
        sum(case when to_state = 'default' then share else 0 end) as into_default
    from cells
    group by month_end, product, place
)

select
    month_end,
    product,
    list(into_current order by place) as into_current,
    list(into_30 order by place) as into_30,
    list(into_60 order by place) as into_60,
    list(into_90 order by place) as into_90,
    list(into_default order by place) as into_default
from lines
group by month_end, product
