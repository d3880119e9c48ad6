-- One row per loan and month end on the book at which what came in is not simply what fell due that month: what was
-- expected by the schedule in force when the month began, how much of it was paid by the month's end, 30 and 90 days
-- later (cash goes to the oldest due), and what else moved (section 7, section 8).
-- collected - expected = arrears + prepaid + ahead - advance - unpaid - rescheduled, to the cent. Cash beyond all that was
-- due by the month's end is prepaid where it ended the loan, or where the schedule of that end, asking for more principal by
-- then, has settled something with it; what still waits for later months is ahead. A new schedule that asked for more
-- without it has rescheduled less than nothing. What is unpaid by the new schedule too is unpaid, not rescheduled.
-- `paid_30` and `paid_90` stand at the data's last day while those days have not passed.
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

-- What was due by the month's end by the schedule in force at it: all that it asks for, once that is paid.
standing as (
    select
        gaps.loan_no,
        gaps.state_date,
        after.cash_held >= after.owed_in_all or after.principal_due > gaps.principal_due as is_principal_settled,
        case when after.cash_held >= after.owed_in_all then after.owed_in_all else after.cash_due end as due_by_end
    from gaps
    inner join intermediate.positions as after
        on gaps.loan_no = after.loan_no and gaps.state_date = after.state_date and after.is_in_force
    where gaps.is_rescheduled or gaps.cash_held > gaps.due_by_end
),

split as (
    select
        gaps.*,
        coalesce(standing.is_principal_settled, false) as is_principal_settled,
        case
            when standing.loan_no is null then 0
            else greatest(
                greatest(gaps.cash_held - gaps.due_by_end, 0) - greatest(gaps.cash_held - standing.due_by_end, 0), 0
            )
        end as settled,
        case
            when gaps.is_rescheduled
                then least(gaps.expected - gaps.paid, greatest(standing.due_by_end - gaps.cash_held, 0))
            else gaps.expected - gaps.paid
        end as unpaid
    from gaps
    left join standing on gaps.loan_no = standing.loan_no and gaps.state_date = standing.state_date
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
    cast(case when gaps.is_principal_settled then gaps.settled else 0 end as decimal(18, 2)) as prepaid_amount,
    cast(gaps.ahead - gaps.settled as decimal(18, 2)) as ahead_amount,
    cast(gaps.unpaid as decimal(18, 2)) as unpaid_amount,
    cast(
        gaps.expected - gaps.paid - gaps.unpaid - case when gaps.is_principal_settled then 0 else gaps.settled end
        as decimal(18, 2)
    ) as rescheduled_amount
from split as gaps
inner join intermediate.loan_rules as rules on gaps.loan_no = rules.loan_no
left join received_after
    on gaps.loan_no = received_after.loan_no and gaps.state_date = received_after.state_date
order by gaps.state_date, rules.loan_id
