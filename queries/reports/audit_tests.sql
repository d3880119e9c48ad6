-- One row per re-performance test: what it looked at and found up to the date looked at, and at its month end (14.2).
-- What it looked at nothing of has no counts.
with tested as (
    select
        test_id,
        sum(tested) as tested,
        sum(tested) filter (where month_end = $month_end) as tested_in_month
    from scoped_audit_populations($branches, $products)
    where month_end <= $month_end
    group by test_id
),

found as (
    select
        test_id,
        count(*) as exceptions,
        count(distinct nullif(loan_id, '')) as loans,
        sum(amount) as amount,
        count(*) filter (where month_end = $month_end) as at_month_end
    from scoped_audit_exceptions($branches, $products)
    where happened_on <= $as_of
    group by test_id
)

select
    tests.test_id,
    tests.looks_for,
    tests.looks_for_zh,
    tests.tolerance,
    tests.tolerance_zh,
    tests.owner,
    tests.cannot_see,
    tests.cannot_see_zh,
    tests.needs,
    tests.needs_zh,
    tested.tested is not null as is_evaluated,
    tested.tested,
    case when tested.tested is not null then coalesce(found.exceptions, 0) end as exceptions,
    case when tested.tested is not null then coalesce(found.loans, 0) end as loans,
    case when found.exceptions > 0 then found.amount when tested.tested is not null then 0 end as amount,
    case when tested.tested is not null then coalesce(found.at_month_end, 0) end as at_month_end,
    coalesce(found.exceptions, 0) / cast(tested.tested as double) as rate
from book_audit_tests() as tests
left join tested on tests.test_id = tested.test_id
left join found on tests.test_id = found.test_id
order by tests.position
