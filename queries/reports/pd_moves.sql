-- One row per month end of the window, product, state a month before and state then: how many loans moved (5.1).
select
    month_end,
    product,
    from_state,
    to_state,
    sum(loans) as loans
from scoped_transitions($branches, $products)
where month_end > $after and month_end <= $month_end
group by month_end, product, from_state, to_state
order by month_end, product, from_state, to_state
