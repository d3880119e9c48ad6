-- One row per origination month or quarter up to the scope's date: its loans, how many are known from their first
-- month on, and the months on book that all of it has reached (6.3).
with vintages as (
    select
        *,
        case
            when $step = 'quarter' then year(vintage) || 'Q' || quarter(vintage)
            else strftime(vintage, '%Y-%m')
        end as period,
        case
            when $step = 'quarter' then last_day(date_trunc('quarter', vintage) + interval 2 month)
            else last_day(vintage)
        end as closes_on
    from scoped_vintages($branches, $products)
    where month_end = $month_end
)

select
    period,
    sum(original_count) as original_count,
    sum(original_amount) as original_amount,
    sum(begun_count) as begun_count,
    sum(seen_count) as seen_count,
    date_diff('month', any_value(closes_on), $month_end) as reached
from vintages
-- A quarter is there once its last month is closed.
where closes_on <= $month_end
group by period
order by period
