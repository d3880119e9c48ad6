-- One row per loan granted in the calendar year of `$until` that first became non-performing in it, up to that month
-- end: what it adds to the NPL formed from new loans (3.3); those already gone included.
with formed as (
    select
        loan_id,
        branch,
        product,
        months_on_book,
        month_end as formed_in,
        npl_inflow_amount as amount,
        row_number() over (partition by loan_id order by month_end) as place
    from scoped_loan_months($branches, $products)
    where months_on_book < month(month_end)
        and npl_inflow_amount > 0
        and month_end <= $month_end
)

select
    loan_id,
    branch,
    product,
    formed_in,
    months_on_book,
    amount
from formed
where place = 1 and formed_in between date_trunc('year', cast($until as date)) and cast($until as date)
