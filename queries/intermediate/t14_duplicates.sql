-- T14 (14.2), to be reviewed: loans of one borrower, amount and day; payments of one loan, amount and day.
with loans as (
    select
        *,
        count(*) over (partition by borrower_id, principal, disbursed_on) as alike
    from staging.loans
),

payments as (
    select
        *,
        count(*) over (partition by loan_id, paid_on, amount) as alike
    from staging.payments
    where reverses is null and reversed_on is null
)

select
    'T14_duplicates' as test_id,
    'loan_twice' as kind,
    loan_id,
    disbursed_on as happened_on,
    borrower_id as reference,
    cast(alike as decimal(18, 2)) as recorded,
    cast(1 as decimal(18, 2)) as recomputed,
    principal as amount
from loans
where alike > 1
union all
select
    'T14_duplicates' as test_id,
    'payment_twice' as kind,
    loan_id,
    paid_on as happened_on,
    repayment_id as reference,
    cast(alike as decimal(18, 2)) as recorded,
    cast(1 as decimal(18, 2)) as recomputed,
    amount
from payments
where alike > 1
