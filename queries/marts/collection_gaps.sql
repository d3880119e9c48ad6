-- One row per loan and month end on the book at which what came in is not simply what fell due that month: what was
-- expected by the schedule in force when the month began, how much of it was paid by the month's end, 30 and 90 days
-- later (cash goes to the oldest due), and what else moved (section 7, section 8).
-- collected = paid - advance + arrears + ahead, and expected = paid + unpaid + rescheduled, to the cent. `paid_30` and
-- `paid_90` stand at the data's last day while those days have not passed.
with measured as (
    select
        *,
        due_before + expected as due_by_end,
        least(greatest(held_before - due_before, 0), expected) as advance,
        least(greatest(cash_held - due_before, 0), expected) as paid,
        least(cash_held, due_before) - least(held_before, due_before) as arrears,
        greatest(cash_held - due_before - expected, 0) - greatest(held_before - due_before - expected, 0) as ahead
    from intermediate.expected
),

gaps as (
    select *
    from measured
    where is_rescheduled or paid <> expected or advance <> 0 or arrears <> 0 or ahead <> 0
),

received_after as (
    select
        gaps.loan_no,
        gaps.state_date,
        sum(
            case when cash.moved_on <= cast(gaps.state_date + interval 30 day as date) then cash.amount else 0 end
        ) as within_30,
        sum(cash.amount) as within_90
    from gaps
    inner join intermediate.cash as cash
        on gaps.loan_no = cash.loan_no
        and cash.moved_on > gaps.state_date
        and cash.moved_on <= cast(gaps.state_date + interval 90 day as date)
    where gaps.paid <> gaps.expected
    group by gaps.loan_no, gaps.state_date
)

select
    rules.loan_id,
    gaps.state_date as month_end,
    rules.branch,
    rules.product,
    gaps.is_rescheduled,
    cast(gaps.expected as decimal(18, 2)) as expected_amount,
    cast(gaps.cash_held - gaps.held_before as decimal(18, 2)) as collected_amount,
    cast(gaps.paid as decimal(18, 2)) as paid_amount,
    cast(
        case
            when received_after.loan_no is null then gaps.paid
            else least(greatest(gaps.cash_held + received_after.within_30 - gaps.due_before, 0), gaps.expected)
        end as decimal(18, 2)
    ) as paid_30_amount,
    cast(
        case
            when received_after.loan_no is null then gaps.paid
            else least(greatest(gaps.cash_held + received_after.within_90 - gaps.due_before, 0), gaps.expected)
        end as decimal(18, 2)
    ) as paid_90_amount,
    cast(gaps.advance as decimal(18, 2)) as advance_amount,
    cast(gaps.arrears as decimal(18, 2)) as arrears_amount,
    cast(gaps.ahead as decimal(18, 2)) as ahead_amount,
    cast(case when gaps.is_rescheduled then 0 else gaps.expected - gaps.paid end as decimal(18, 2)) as unpaid_amount,
    cast(case when gaps.is_rescheduled then gaps.expected - gaps.paid else 0 end as decimal(18, 2)) as rescheduled_amount
from gaps
inner join intermediate.loan_rules as rules on gaps.loan_no = rules.loan_no
left join received_after
    on gaps.loan_no = received_after.loan_no and gaps.state_date = received_after.state_date
order by gaps.state_date, rules.loan_id
