-- T05 (14.2), its other half, to be reviewed: a loan more than 30 days past due a month before was brought down by
-- payments made within ten days after another loan, as large at least, was drawn by the same borrower.
with late as (
    select
        loan_id,
        borrower_id,
        month_end,
        opening_days,
        days_past_due
    from marts.loan_month_states
    where state_source = 'computed'
        and status in ('active', 'closed')
        and opening_days > 30
        and days_past_due < opening_days
),

paid as (
    select
        late.loan_id,
        late.month_end,
        late.opening_days,
        late.days_past_due,
        drawn.loan_id as drawn_id,
        drawn.principal,
        sum(payments.amount) as amount
    from late
    inner join staging.loans as drawn
        on late.borrower_id = drawn.borrower_id and late.loan_id <> drawn.loan_id
    inner join staging.payments as payments
        on late.loan_id = payments.loan_id and late.month_end = last_day(payments.paid_on)
    where payments.reverses is null
        and payments.reversed_on is null
        and payments.paid_on >= drawn.disbursed_on
        and date_diff('day', drawn.disbursed_on, payments.paid_on) <= 10
    group by
        late.loan_id,
        late.month_end,
        late.opening_days,
        late.days_past_due,
        drawn.loan_id,
        drawn.principal
)

select
    'T05_new_loan' as test_id,
    'paid_by_new_loan' as kind,
    loan_id,
    month_end as happened_on,
    drawn_id as reference,
    cast(days_past_due as decimal(18, 2)) as recorded,
    cast(opening_days as decimal(18, 2)) as recomputed,
    amount
from paid
where amount > 0 and amount <= principal
