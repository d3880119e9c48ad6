-- One row per month end: NPL formed in the calendar year from loans granted in it, those already gone included, over the
-- loans granted in it so far (3.3). A loan counts when it first becomes non-performing, not when it falls back.
with months as (
    select
        month_end,
        sum(new_loan_amount) as granted,
        sum(new_loan_npl_amount) as formed
    from scoped_classes($branches, $products)
    where month_end between date_trunc('year', cast($first as date)) and $month_end
    group by month_end
),

so_far as (
    select
        month_end,
        sum(granted) over in_year as granted,
        sum(formed) over in_year as formed
    from months
    window in_year as (partition by year(month_end) order by month_end)
)

select
    *,
    cast(formed as double) / nullif(granted, 0) as new_loan_npl_ratio
from so_far
where month_end >= $first
order by month_end
