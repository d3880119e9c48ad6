-- One row per month end, branch and product: documents that the files of loans on the book must hold, and those that they
-- hold and that are valid (11.1, doc_completeness). Summed from the months in which each comes and goes.
with steps as (
    select asked_from as month_end, branch, product, 1 as required, 0 as held
    from marts.loan_documents
    union all
    select last_day(cast(asked_until + interval 1 day as date)), branch, product, -1, 0
    from marts.loan_documents
    union all
    select held_from, branch, product, 0, 1
    from marts.loan_documents
    where held_from is not null
    union all
    select last_day(cast(held_until + interval 1 day as date)), branch, product, 0, -1
    from marts.loan_documents
    where held_from is not null
),

moved as (
    select
        month_end,
        branch,
        product,
        sum(required) as required,
        sum(held) as held
    from steps
    group by month_end, branch, product
),

places as (
    select distinct
        branch,
        product
    from moved
),

-- A step is taken at its own month end, or before the first that the book has.
added as (
    select
        months.month_end,
        places.branch,
        places.product,
        sum(moved.required) as required_count,
        sum(moved.held) as held_count
    from marts.month_ends as months
    cross join places
    inner join moved
        on places.branch = moved.branch and places.product = moved.product and moved.month_end <= months.month_end
    group by months.month_end, places.branch, places.product
)

select
    month_end,
    branch,
    product,
    cast(required_count as bigint) as required_count,
    cast(held_count as bigint) as held_count
from added
where required_count > 0
order by month_end, branch, product
