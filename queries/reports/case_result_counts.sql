-- One row per stay of a case that counts at the month end, and per obligor on the book then, whom complaints are set
-- against (16): what the cube of results sums.
with settlers as (
    select department_id
    from book_duties()
    where case_type = 'complaint'
    order by position, duty_id
    limit 1
),

cases as (
    select
        concat('1 ', stay_id) as row_id,
        *,
        0 as active_obligors
    from scoped_case_results($branches, $products)
    where month_end = $month_end
),

obligors as (
    select
        concat('2 ', borrower_id) as row_id,
        month_end,
        borrower_id,
        branch,
        product,
        settlers.department_id,
        'complaint' as case_type,
        1 as active_obligors
    from scoped_borrower_months($branches, $products)
    cross join settlers
    where month_end = $month_end and is_on_book
),

together as (
    select * from cases
    union all by name
    select * from obligors
)

select *
from together
