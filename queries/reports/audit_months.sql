-- One row per month end of the last 25: what a re-performance test looked at and found.
with tested as (
    select
        month_end,
        sum(tested) as tested
    from scoped_audit_populations($branches, $products)
    where test_id = $test_id and month_end <= $month_end and month_end > $month_end - interval 25 month
    group by month_end
),

found as (
    select
        month_end,
        count(*) as exceptions,
        sum(amount) as amount
    from scoped_audit_exceptions($branches, $products)
    where test_id = $test_id and happened_on <= $as_of
    group by month_end
)

select
    tested.month_end,
    tested.tested,
    coalesce(found.exceptions, 0) as exceptions,
    coalesce(found.amount, 0) as amount,
    coalesce(found.exceptions, 0) / cast(tested.tested as double) as rate
from tested
left join found on tested.month_end = found.month_end
order by tested.month_end
