-- One row per thing that the departments' figures count at the month end (10, 11.1, 12.2, 13, 16, 17), and per obligor on the
-- book then, whom complaints are set against. What came after the month end is not told: the day of a close, and of a review
-- of a borrower's credit the case that it was done by.
with settlers as (
    select department_id
    from book_duties()
    where case_type = 'complaint'
    order by position, duty_id
    limit 1
),

obligors as (
    select
        'obligor ' || borrower_id as row_id,
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
)

select
    * replace (
        case when closed_on <= $month_end then closed_on end as closed_on,
        case when closed_on > $month_end and review_due_count = 1 and case_type = 'credit_review' then null else case_id end
            as case_id
    )
from scoped_result_rows($branches, $products)
where month_end = $month_end
union all by name
select *
from obligors
