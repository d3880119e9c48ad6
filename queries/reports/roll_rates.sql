-- One row per opening bucket and state a month later: where last month's loans and balance went (6.1).
-- Only loans on the book at the month end before; weights are opening balances; every bucket's shares sum to 1.
with months as (
    select
        opening_bucket,
        coalesce(bucket, status) as to_state,
        opening_balance,
        case when status = 'active' then balance else 0 end as closing_balance
    from scoped_loan_months($branches, $products)
    where month_end = $month_end and opening_balance > 0
),

cells as (
    select
        opening_bucket as from_bucket,
        to_state,
        count(*) as loans,
        sum(opening_balance) as opening_balance,
        sum(closing_balance) as closing_balance
    from months
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
    list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], from_bucket),
    list_position(
        [
            'current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+', 'closed', 'written_off', 'sold'
        ],
        to_state
    )
