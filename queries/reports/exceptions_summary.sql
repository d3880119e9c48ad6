-- One row per re-performance test: exceptions found up to the date looked at, and at its month end (14.2).
select
    test_id,
    count(*) as exceptions,
    count(distinct loan_id) as loans,
    count(*) filter (where month_end = $month_end) as at_month_end,
    min(month_end) as first_month,
    max(month_end) as last_month,
    max(abs(difference)) as largest
from scoped_exceptions($branches, $products)
where month_end <= $as_of
group by test_id
order by test_id
