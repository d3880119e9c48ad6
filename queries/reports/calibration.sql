-- One row per ten points of score (100 and more as one): borrowers not in default at the month ends since $first whose next
-- twelve months have been seen, the share that came into default in them, and its bounds at 95 per cent (Wilson).
with bands as (
    select
        least(score_from, 100) as band_from,
        sum(performing) as borrowers,
        sum(defaulted_12m) as defaulted
    from scoped_warning_months($branches, $products)
    where month_end between $first and least($seen, $month_end)
    group by least(score_from, 100)
),

rates as (
    select
        *,
        cast(borrowers as double) as n,
        defaulted / nullif(borrowers, 0) as rate
    from bands
    where borrowers > 0
)

select
    band_from,
    case when band_from < 100 then band_from + 10 end as band_to,
    borrowers,
    defaulted,
    rate,
    greatest((rate + 1.9208 / n - 1.96 * sqrt((rate * (1 - rate) + 0.9604 / n) / n)) / (1 + 3.8416 / n), 0) as low,
    least((rate + 1.9208 / n + 1.96 * sqrt((rate * (1 - rate) + 0.9604 / n) / n)) / (1 + 3.8416 / n), 1) as high
from rates
order by band_from
