-- One row per loan and instalment of the schedule version in force on the data's last day, with what has been
-- applied to it. Cash held in advance is applied on the due date; settled_on is the day the last cent had come in.
with cash as (
    select
        loan_id,
        sum(amount) as cash_held
    from intermediate.cash
    group by loan_id
),

applied as (
    select
        settlements.*,
        case
            when settlements.closed_on is not null then settlements.due
            when settlements.due_on > build.as_of then 0
            else greatest(least(coalesce(cash.cash_held, 0) - settlements.cash_before, settlements.due), 0)
        end as paid,
        coalesce(cash.cash_held, 0) as cash_held
    from intermediate.settlements as settlements
    cross join raw.build as build
    left join cash on settlements.loan_id = cash.loan_id
)

select
    applied.loan_id,
    applied.seq,
    applied.due_on,
    cast(applied.due as decimal(18, 2)) as due,
    cast(applied.paid as decimal(18, 2)) as paid,
    applied.settled_on,
    cast(applied.principal_due as decimal(18, 2)) as principal_due,
    applied.interest_due,
    applied.fee_due,
    applied.penalty_due,
    cast(case
        when applied.paid = applied.due then applied.principal_due
        when applied.paid = 0 then 0
        else greatest(least(applied.cash_held - applied.principal_from, applied.principal_due), 0)
    end as decimal(18, 2)) as principal_paid,
    cast(case
        when applied.paid = applied.due then applied.interest_due
        when applied.paid = 0 then 0
        else greatest(least(applied.cash_held - applied.interest_from, applied.interest_due), 0)
    end as decimal(18, 2)) as interest_paid,
    cast(case
        when applied.paid = applied.due then applied.fee_due
        when applied.paid = 0 then 0
        else greatest(least(applied.cash_held - applied.fee_from, applied.fee_due), 0)
    end as decimal(18, 2)) as fee_paid,
    cast(case
        when applied.paid = applied.due then applied.penalty_due
        when applied.paid = 0 then 0
        else greatest(least(applied.cash_held - applied.penalty_from, applied.penalty_due), 0)
    end as decimal(18, 2)) as penalty_paid,
    cast(applied.due - applied.paid as decimal(18, 2)) as unpaid,
    greatest(
        date_diff('day', applied.due_on, coalesce(applied.settled_on, build.as_of)), 0
    ) as days_late,
    applied.version,
    loans.branch,
    loans.product
from applied
cross join raw.build as build
inner join staging.loans as loans on applied.loan_id = loans.loan_id
order by applied.loan_id, applied.due_on, applied.seq
