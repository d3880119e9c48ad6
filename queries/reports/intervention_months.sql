-- One row per month end of the last 25 that the book has: the acts by hand of one list, their amount, and how many of
-- them are exceptions.
with months as (
    select month_end
    from book_month_ends()
    where month_end <= $month_end and month_end > $month_end - interval 25 month
),

found as (
    select
        month_end,
        count(*) as acts,
        sum(amount) as amount,
        sum(fault_count) as exceptions
    from scoped_interventions($branches, $products)
    where list_id = $list_id and happened_on <= $as_of
    group by month_end
)

select
    months.month_end,
    coalesce(found.acts, 0) as acts,
    coalesce(found.amount, 0) as amount,
    coalesce(found.exceptions, 0) as exceptions
from months
left join found on months.month_end = found.month_end
order by months.month_end
