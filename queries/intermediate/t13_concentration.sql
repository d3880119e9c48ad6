-- T13 (14.2, 8): a borrower or connected group that owes more than its limit of the bank's capital. One exception per
-- breach, at the month end at which it begins: what was owed then beside the most that might have been. No loan.
with broken as (
    select *
    from marts.concentration_limits
    where largest > most
),

owed as (
    select
        broken.limit_id,
        broken.month_end,
        states.borrower_id as customer_id,
        sum(states.balance) as balance,
        any_value(broken.most) as most
    from broken
    inner join marts.loan_months as states on broken.month_end = states.month_end
    where not broken.is_group and states.status = 'active' and states.balance > 0
    group by broken.limit_id, broken.month_end, states.borrower_id
    union all
    select
        broken.limit_id,
        broken.month_end,
        borrowers.group_id as customer_id,
        sum(states.balance) as balance,
        any_value(broken.most) as most
    from broken
    inner join marts.loan_months as states on broken.month_end = states.month_end
    inner join staging.borrowers as borrowers on states.borrower_id = borrowers.borrower_id
    where broken.is_group
        and borrowers.group_id is not null
        and states.status = 'active'
        and states.balance > 0
    group by broken.limit_id, broken.month_end, borrowers.group_id
),

over as (
    select
        *,
        lag(month_end) over (partition by limit_id, customer_id order by month_end) as over_before
    from owed
    where balance > most
)

select
    'T13_concentration' as test_id,
    limit_id as kind,
    '' as loan_id,
    month_end as happened_on,
    customer_id as reference,
    cast(balance as decimal(18, 2)) as recorded,
    most as recomputed,
    cast(balance - most as decimal(18, 2)) as amount
from over
where over_before is null or over_before < last_day(cast(month_end - interval 1 month as date))
