-- One row per loan and day on which cash moved: the net movement, the cash held after it, and the least cash
-- held from then on (`cash_kept`: what later reversals never took back).
with movements as (
    select
        loan_id,
        paid_on as moved_on,
        amount
    from staging.payments
    where reverses is null
    union all
    select
        loan_id,
        reversed_on as moved_on,
        -amount as amount
    from staging.payments
    where reverses is null and reversed_on is not null
),

daily as (
    select
        rules.loan_no,
        movements.moved_on,
        sum(movements.amount) as amount
    from movements
    inner join intermediate.loan_rules as rules on movements.loan_id = rules.loan_id
    cross join raw.build as build
    where movements.moved_on <= build.as_of
    group by rules.loan_no, movements.moved_on
),

running as (
    select
        loan_no,
        moved_on,
        cast(amount as decimal(18, 2)) as amount,
        cast(
            sum(amount) over (
                partition by loan_no order by moved_on rows between unbounded preceding and current row
            ) as decimal(18, 2)
        ) as cash_held
    from daily
)

select
    loan_no,
    moved_on,
    amount,
    cash_held,
    min(cash_held) over (
        partition by loan_no order by moved_on rows between current row and unbounded following
    ) as cash_kept
from running
