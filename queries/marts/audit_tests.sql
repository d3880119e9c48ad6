-- One row per re-performance test (14.2): what it looks for, its tolerance, owner and what it cannot see; how many rows
-- it looked at in the whole book, and what it found. A test whose facts the book lacks looked at nothing and found
-- nothing: is_evaluated is false and its counts are empty.
with tested as (
    select
        test_id,
        cast(sum(tested) as bigint) as tested
    from marts.audit_populations
    group by test_id
),

found as (
    select
        test_id,
        count(*) as exceptions,
        count(distinct nullif(loan_id, '')) as loans,
        sum(amount) as amount
    from marts.audit_exceptions
    group by test_id
)

select
    tests.position,
    tests.test_id,
    tests.looks_for,
    coalesce(tests.looks_for_zh, tests.looks_for) as looks_for_zh,
    tests.tolerance,
    coalesce(tests.tolerance_zh, tests.tolerance) as tolerance_zh,
    tests.owner,
    tests.cannot_see,
    coalesce(tests.cannot_see_zh, tests.cannot_see) as cannot_see_zh,
    tests.needs,
    coalesce(tests.needs_zh, tests.needs) as needs_zh,
    coalesce(tested.tested, 0) > 0 as is_evaluated,
    tested.tested,
    case when tested.tested > 0 then coalesce(found.exceptions, 0) end as exceptions,
    case when tested.tested > 0 then coalesce(found.loans, 0) end as loans,
    case when found.exceptions > 0 then found.amount when tested.tested > 0 then 0 end as amount
from raw.audit_tests as tests
left join tested on tests.test_id = tested.test_id
left join found on tests.test_id = found.test_id
order by tests.position
