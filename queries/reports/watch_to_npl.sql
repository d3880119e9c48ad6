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
        watched.borrower_id,
        watched.month_end as listed_on
    from months
    inner join scoped_watch_months($branches, $products) as watched
        on watched.is_listed
        and watched.month_end = last_day(cast(months.month_end - interval 12 month as date))
),

fallen as (
    select distinct
        listed.month_end,
        listed.borrower_id
    from listed
    inner join scoped_defaults($branches, $products) as defaults
        on listed.borrower_id = defaults.borrower_id
        and defaults.default_on > listed.listed_on
        and defaults.default_on <= listed.month_end
)

select
    listed.month_end,
    count(*) as on_list,
    count(fallen.borrower_id) as to_npl,
    count(fallen.borrower_id) / nullif(count(*), 0) as rate
from listed
left join fallen on listed.month_end = fallen.month_end and listed.borrower_id = fallen.borrower_id
group by listed.month_end
order by listed.month_end
