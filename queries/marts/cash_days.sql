-- One row per day, branch and product on which something fell due or cash moved, in the months of the book (section 8).
-- due_*: what fell due by the schedule in force when the day's month began, as the cube's Due counts it. Cash is
-- split as in marts.payments; taken_back_amount is what reversals took back, on their day. On
-- time, late, early and taken back add up to the cube's Collected. recovered_amount is what came on loans written off,
-- without what was forgiven.
with taken_back as (
    select
        loan_id,
        branch,
        product,
        reversed_on as moved_on,
        -amount as amount
    from marts.payments
    where reverses is null and reversed_on is not null
),

movements as (
    select
        expected_on as date,
        branch,
        product,
        principal_due as due_principal,
        interest_due as due_interest,
        fee_due as due_fee,
        penalty_due as due_penalty,
        0 as on_time_amount,
        0 as late_amount,
        0 as early_amount,
        0 as taken_back_amount,
        0 as outside_amount,
        0 as recovered_amount
    from marts.due_lines
    union all
    select
        payments.counts_on as date,
        payments.branch,
        payments.product,
        0 as due_principal,
        0 as due_interest,
        0 as due_fee,
        0 as due_penalty,
        payments.on_time_amount,
        payments.late_amount,
        payments.early_amount,
        0 as taken_back_amount,
        payments.outside_amount,
        0 as recovered_amount
    from marts.payments as payments
    where payments.reverses is null
    union all
    select
        greatest(taken_back.moved_on, rules.disbursed_on) as date,
        taken_back.branch,
        taken_back.product,
        0 as due_principal,
        0 as due_interest,
        0 as due_fee,
        0 as due_penalty,
        0 as on_time_amount,
        0 as late_amount,
        0 as early_amount,
        case
            when last_day(greatest(taken_back.moved_on, rules.disbursed_on)) <= last_day(ends.left_on)
                then taken_back.amount
            else 0
        end as taken_back_amount,
        case
            when last_day(greatest(taken_back.moved_on, rules.disbursed_on)) <= last_day(ends.left_on) then 0
            else taken_back.amount
        end as outside_amount,
        0 as recovered_amount
    from taken_back
    inner join intermediate.loan_rules as rules on taken_back.loan_id = rules.loan_id
    left join intermediate.loan_ends as ends on rules.loan_no = ends.loan_no
    union all
    select
        recovered_on as date,
        branch,
        product,
        0 as due_principal,
        0 as due_interest,
        0 as due_fee,
        0 as due_penalty,
        0 as on_time_amount,
        0 as late_amount,
        0 as early_amount,
        0 as taken_back_amount,
        0 as outside_amount,
        amount as recovered_amount
    from marts.recoveries
    where kind is distinct from 'forgiven'
)

select
    movements.date,
    last_day(movements.date) as month_end,
    movements.branch,
    movements.product,
    cast(sum(movements.due_principal) as decimal(18, 2)) as due_principal,
    cast(sum(movements.due_interest) as decimal(18, 2)) as due_interest,
    cast(sum(movements.due_fee) as decimal(18, 2)) as due_fee,
    cast(sum(movements.due_penalty) as decimal(18, 2)) as due_penalty,
    cast(
        sum(movements.due_principal + movements.due_interest + movements.due_fee + movements.due_penalty)
        as decimal(18, 2)
    ) as due_amount,
    cast(sum(movements.on_time_amount) as decimal(18, 2)) as on_time_amount,
    cast(sum(movements.late_amount) as decimal(18, 2)) as late_amount,
    cast(sum(movements.early_amount) as decimal(18, 2)) as early_amount,
    cast(sum(movements.taken_back_amount) as decimal(18, 2)) as taken_back_amount,
    cast(
        sum(
            movements.on_time_amount + movements.late_amount
            + movements.early_amount + movements.taken_back_amount
        ) as decimal(18, 2)
    ) as collected_amount,
    cast(sum(movements.outside_amount) as decimal(18, 2)) as outside_amount,
    cast(sum(movements.recovered_amount) as decimal(18, 2)) as recovered_amount
from movements
cross join raw.build as build
where last_day(movements.date) <= build.as_of
group by movements.date, movements.branch, movements.product
order by movements.date, movements.branch, movements.product
