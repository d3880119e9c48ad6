-- One row per promise to pay: until when it could be kept (one workday after its day), what came of it by then, and how
-- it ended (section 7). Kept is the whole amount; a part is not kept, and counts in money only. Promises that overlap
-- take the cash in the order in which they fall due; one that was cancelled by agreement in time is none.
with workdays as (
    select
        days.day,
        later.day as next_workday
    from marts.office_days as days
    inner join marts.office_days as later on later.is_workday and days.workday_no + 1 = later.workday_no
),

-- Outside the days of the calendar, Saturday and Sunday are no workdays.
deadlines as (
    select
        promises.promise_id,
        loans.loan_no,
        promises.loan_id,
        loans.borrower_id,
        loans.branch,
        loans.product,
        promises.promised_on,
        promises.due_on,
        promises.amount,
        promises.cancelled_on,
        coalesce(
            workdays.next_workday,
            cast(promises.due_on + case isodow(promises.due_on) when 5 then 3 when 6 then 2 else 1 end as date)
        ) as kept_by
    from raw.promises as promises
    inner join intermediate.loan_rules as loans on promises.loan_id = loans.loan_id
    left join workdays on promises.due_on = workdays.day
),

standing as (
    select
        *,
        cancelled_on is not null and cancelled_on <= kept_by as is_cancelled
    from deadlines
),

cash as (
    select
        loan_id,
        paid_on,
        amount,
        reversed_on
    from staging.payments
    where reverses is null
),

-- Of an earlier promise, what was still to come when the later one was made is taken out of the same cash first.
earlier_ones as (
    select
        later.promise_id,
        earlier.promise_id as earlier_id,
        greatest(
            earlier.amount - coalesce(
                sum(
                    case
                        when cash.paid_on >= earlier.promised_on
                            and cash.paid_on < later.promised_on
                            and (cash.reversed_on is null or cash.reversed_on > later.kept_by) then cash.amount
                    end
                ),
                0
            ),
            0
        ) as still_owed
    from standing as later
    inner join standing as earlier
        on later.loan_id = earlier.loan_id
        and not earlier.is_cancelled
        and earlier.promised_on <= later.promised_on
        and earlier.kept_by >= later.promised_on
        and (earlier.due_on, earlier.promise_id) < (later.due_on, later.promise_id)
    left join cash on earlier.loan_id = cash.loan_id
    group by later.promise_id, earlier.promise_id, earlier.amount
),

asked_before as (
    select
        promise_id,
        sum(still_owed) as amount
    from earlier_ones
    group by promise_id
),

paid as (
    select
        standing.promise_id,
        sum(cash.amount) as amount
    from standing
    inner join cash
        on standing.loan_id = cash.loan_id
        and cash.paid_on between standing.promised_on and standing.kept_by
        and (cash.reversed_on is null or cash.reversed_on > standing.kept_by)
    group by standing.promise_id
),

counted as (
    select
        standing.*,
        standing.kept_by <= build.as_of as is_told,
        cast(
            least(
                greatest(coalesce(paid.amount, 0) - coalesce(asked_before.amount, 0), 0), standing.amount
            ) as decimal(18, 2)
        ) as paid_amount
    from standing
    cross join raw.build as build
    left join paid on standing.promise_id = paid.promise_id
    left join asked_before on standing.promise_id = asked_before.promise_id
)

select
    promise_id,
    loan_no,
    loan_id,
    borrower_id,
    branch,
    product,
    promised_on,
    due_on,
    kept_by,
    amount,
    case when is_told and not is_cancelled then paid_amount end as paid_amount,
    case
        when is_cancelled then 'cancelled'
        when not is_told then 'open'
        when paid_amount >= amount then 'kept'
        when paid_amount > 0 then 'partial'
        else 'broken'
    end as outcome
from counted
order by promised_on, promise_id
