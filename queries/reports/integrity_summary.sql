-- One row per integrity check (4.6): how many loans fail it at the month end, and loan-months in the twelve months to it.
-- is_evaluated is false where the book records nothing that the check could look at; then nothing is counted.
with checks as (
    select *
    from (
        values
        (1, 'booked_below_floor', 'class'),
        (2, 'late_not_npl', 'class'),
        (3, 'stage3_not_npl', 'stage'),
        (4, 'restructured_normal', 'class'),
        (5, 'upgraded_early', 'class'),
        (6, 'not_classified', 'class'),
        (7, 'two_classes', 'record'),
        (8, 'self_approved', 'nothing')
    ) as listed (place, check_id, needs)
),

known as (
    select
        count(class_booked) > 0 as has_class,
        count(class_booked) filter (where stage is not null) > 0 as has_stage
    from scoped_classes($branches, $products)
    where month_end <= $month_end
),

-- Two classes for one loan and month never get in: the load rejects both, book-wide.
rejected as (
    select coalesce(sum(rows), 0) as rows
    from book_rejects()
    where table_name = 'loan_months' and starts_with(rule, 'different rows share the key')
),

failures as (
    select
        check_id,
        count(*) filter (where month_end = $month_end) as loans,
        sum(balance) filter (where month_end = $month_end) as balance,
        count(*) as loan_months
    from scoped_integrity($branches, $products)
    where month_end between $first and $month_end
    group by check_id
)

select
    checks.check_id,
    case checks.needs
        when 'nothing' then false
        when 'stage' then known.has_stage
        when 'class' then known.has_class
        else true
    end as is_evaluated,
    case when is_evaluated then coalesce(failures.loans, case when checks.needs <> 'record' then 0 end) end as loans,
    case when is_evaluated then coalesce(failures.balance, case when checks.needs <> 'record' then 0 end) end
        as balance,
    case
        when is_evaluated and checks.needs = 'record' then rejected.rows
        when is_evaluated then coalesce(failures.loan_months, 0)
    end as loan_months
from checks
cross join known
cross join rejected
left join failures on checks.check_id = failures.check_id
order by checks.place
