-- One row per regulatory limit of concentration that was broken at some month end: when it was broken first, until when, and
-- its days over by the month end (8, 11.1). Of the whole book only: in a part of it limits are not judged.
with judged as (
    select
        month_end,
        limit_id,
        largest > most as is_over,
        lag(largest > most) over (partition by limit_id order by month_end) as was_over,
        cast(largest as double) / nullif(capital, 0) as figure,
        cast(limit_share as double) as limit_value
    from scoped_concentration_limits($branches, $products)
    where month_end <= $month_end
),

runs as (
    select
        *,
        count(*) filter (where is_over and not coalesce(was_over, false)) over (
            partition by limit_id order by month_end
        ) as run
    from judged
),

breaches as (
    select
        limit_id,
        run,
        min(month_end) filter (where is_over) as opened_on,
        min(month_end) filter (where not is_over) as cured_on,
        max(figure) filter (where is_over) as worst,
        max(limit_value) as limit_value
    from runs
    where run > 0
    group by limit_id, run
)

select
    months.month_end,
    breaches.limit_id || ' ' || breaches.opened_on || ' ' || months.month_end as row_id,
    breaches.limit_id,
    breaches.opened_on,
    case when breaches.cured_on <= months.month_end then breaches.cured_on end as cured_on,
    breaches.worst,
    breaches.limit_value,
    case when breaches.opened_on = months.month_end then 1 else 0 end as opened_count,
    case
        when breaches.cured_on is null or breaches.cured_on > months.month_end then months.month_end - breaches.opened_on
        else 0
    end as over_days,
    1 as limit_count
from book_month_ends() as months
inner join breaches on breaches.opened_on <= months.month_end
where months.month_end <= $month_end
