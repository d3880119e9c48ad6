-- One row per month end up to the scope's: what was expected when the month began, what came, and what explains the
-- difference; how much of the expected was paid by the month's end, 30 and 90 days later (sections 7, 8). A share is
-- empty until its days have passed.
with months as (
    select
        month_end,
        sum(expected_amount) as expected,
        sum(collected_amount) as collected,
        sum(variance_amount) as variance,
        sum(paid_amount) as paid,
        sum(paid_30_amount) as paid_30,
        sum(paid_90_amount) as paid_90,
        sum(prepaid_amount) as prepaid,
        sum(arrears_amount) as arrears,
        -sum(unpaid_amount) as unpaid,
        -sum(rescheduled_amount) as rescheduled,
        sum(ahead_amount) as ahead,
        -sum(advance_amount) as advance
    from scoped_collection_months($branches, $products)
    where month_end between $first and $month_end
    group by month_end
)

select
    month_end,
    expected,
    prepaid,
    arrears,
    unpaid,
    rescheduled,
    ahead,
    advance,
    collected,
    variance,
    cast(paid as double) / nullif(expected, 0) as rate,
    case
        when cast(month_end + interval 30 day as date) <= $month_end
            then cast(paid_30 as double) / nullif(expected, 0)
    end as rate_30,
    case
        when cast(month_end + interval 90 day as date) <= $month_end
            then cast(paid_90 as double) / nullif(expected, 0)
    end as rate_90
from months
order by month_end
