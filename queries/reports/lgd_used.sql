-- One row per product: the loss given default that expected loss is reckoned with, as known then, and what it rests on
-- (5.2).
select
    product,
    lgd,
    lgd_raw,
    own_lgd,
    own_cases,
    own_months,
    own_last_cases,
    cases,
    book_months,
    book_last_cases,
    is_whole_book
from book_lgds()
where month_end = $month_end and list_contains($products, product)
order by product
