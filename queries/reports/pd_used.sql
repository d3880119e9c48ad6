-- One row per product and state: the probability of default that expected loss is reckoned with, what it rests on, its
-- standard error (5.1), and the part repaid ahead of schedule in a month.
select
    product,
    state,
    pd_12m,
    case when loans > 0 then sqrt(pd_12m * (1 - pd_12m) / loans) end as standard_error,
    own_loans,
    loans,
    is_whole_book,
    part_repaid
from book_pd_curves()
where month_end = $month_end and list_contains($products, product)
order by product, list_position(['current', '1-30', '31-60', '61-90'], state)
