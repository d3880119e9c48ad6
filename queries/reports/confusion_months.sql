-- One row per month end since $first whose next twelve months have been seen: borrowers not in default, by whether they
-- were orange or red and whether they came into default in those months (9.5); of one $kind, or of any.
with months as (
    select
        month_end,
        level in ('orange', 'red') as is_warned,
        sum(performing) as performing,
        sum(defaulted_12m) as defaulted
    from scoped_warning_months($branches, $products)
    where month_end between $first and least($seen, $month_end) and $kind in ('', borrower_kind)
    group by month_end, level in ('orange', 'red')
),

counted as (
    select
        month_end,
        coalesce(sum(case when is_warned then defaulted end), 0) as warned_defaulted,
        coalesce(sum(case when is_warned then performing - defaulted end), 0) as warned_fine,
        coalesce(sum(case when not is_warned then defaulted end), 0) as calm_defaulted,
        coalesce(sum(case when not is_warned then performing - defaulted end), 0) as calm_fine
    from months
    group by month_end
)

select
    *,
    warned_defaulted / nullif(warned_defaulted + warned_fine, 0) as hit_rate,
    warned_defaulted / nullif(warned_defaulted + calm_defaulted, 0) as coverage
from counted
order by month_end
