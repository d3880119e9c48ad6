-- T09 (14.2), to be reviewed: a payment of the last three days of a month that was taken back, or lent to the same
-- borrower anew, within five days after it; and more than 90 days past due that were gone at a month end, though the
-- loan had no new schedule.
with restructured as (
    select distinct
        loan_id,
        last_day(restructured_on) as month_end
    from raw.restructures
)

select
    'T09_month_end_dressing' as test_id,
    'taken_back' as kind,
    loan_id,
    month_end as happened_on,
    repayment_id as reference,
    amount as recorded,
    cast(0 as decimal(18, 2)) as recomputed,
    amount
from intermediate.month_end_payments
where reversed_on > month_end and date_diff('day', month_end, reversed_on) <= 5
union all
select
    'T09_month_end_dressing' as test_id,
    'lent_anew' as kind,
    paid.loan_id,
    paid.month_end as happened_on,
    min(paid.repayment_id) as reference,
    sum(paid.amount) as recorded,
    cast(0 as decimal(18, 2)) as recomputed,
    sum(paid.amount) as amount
from intermediate.month_end_payments as paid
where paid.opening_days > 30
    and paid.reversed_on is null
    and exists (
        select 1
        from staging.loans as loans
        where loans.borrower_id = paid.borrower_id
            and loans.loan_id <> paid.loan_id
            and loans.disbursed_on > paid.month_end
            and date_diff('day', paid.month_end, loans.disbursed_on) <= 5
            and loans.principal >= paid.amount
    )
group by paid.loan_id, paid.month_end
union all
select
    'T09_month_end_dressing' as test_id,
    'arrears_gone' as kind,
    states.loan_id,
    states.month_end as happened_on,
    '' as reference,
    cast(states.days_past_due as decimal(18, 2)) as recorded,
    cast(states.opening_days as decimal(18, 2)) as recomputed,
    states.balance as amount
from marts.loan_month_states as states
left join restructured on states.loan_id = restructured.loan_id and states.month_end = restructured.month_end
where states.state_source = 'computed'
    and states.status = 'active'
    and states.opening_days > 90
    and states.days_past_due = 0
    and restructured.loan_id is null
