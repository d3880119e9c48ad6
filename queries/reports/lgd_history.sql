-- One row per month end and product: the loss given default that expected loss was reckoned with then.
select
    month_end,
    product,
    lgd,
    cases,
    own_months,
    own_last_cases,
    book_months,
    book_last_cases,
    is_whole_book
from book_lgds()
where month_end <= $month_end and list_contains($products, product)
order by month_end, product
