-- One row per month end since $first with a year of history: borrowers that were on the watchlist a year before, and how
-- many of them have come into default since (9.5, wl_to_npl_rate).
with months as (
    select month_end
    from book_month_ends()
    where month_end between $first and $month_end
),

listed as (
    select
        months.month_end,
        case when watched.default_on <= months.month_end then 1 else 0 end as is_default
    from months
    inner join scoped_watch_months($branches, $products) as watched
        on watched.is_listed
        and watched.month_end = last_day(cast(months.month_end - interval 12 month as date))
)

select
    month_end,
    count(*) as on_list,
    sum(is_default) as to_npl,
    sum(is_default) / count(*) as rate
from listed
group by month_end
order by month_end
