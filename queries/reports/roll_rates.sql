-- One row per bucket at `$opened_on` and state at `$closed_on`: where the loans and their balance went (6.1).
-- Only loans on the book at the first date; weights are opening balances; every bucket's shares sum to 1.
with moves as (
    select
        opening_bucket,
        to_state,
        loans,
        opening_balance,
        closing_balance
    from scoped_moves($branches, $products)
    where opened_on = $opened_on and month_end = $closed_on
    union all
    -- Asked of the two dates and not of the rows: where the cube knows the span, no loan is read.
    select
        opening_bucket,
        to_state,
        loans,
        opening_balance,
        closing_balance
    from scoped_loan_moves($branches, $products)
    where opened_on = $opened_on and month_end = $closed_on
        and date_diff('month', $opened_on, $closed_on) not in (1, 12)
),

cells as (
    select
        opening_bucket as from_bucket,
        to_state,
        sum(loans) as loans,
        sum(opening_balance) as opening_balance,
        sum(closing_balance) as closing_balance
    from moves
    group by opening_bucket, to_state
)

select
    from_bucket,
    to_state,
    loans,
    opening_balance,
    closing_balance,
    cast(loans as double) / sum(loans) over (partition by from_bucket) as share_loans,
    cast(opening_balance as double) / sum(opening_balance) over (partition by from_bucket) as share_balance
from cells
order by
    list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+', 'missing'], from_bucket),
    list_position(
        [
            'current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+', 'closed', 'written_off', 'sold',
            'missing'
        ],
        to_state
    )
