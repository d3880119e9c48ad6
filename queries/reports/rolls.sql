-- One row per bucket at `$opened_on` and state at `$closed_on`: where the loans and their balance went (6.1); and one per
-- bucket, and of `all`, without a state: how much of it rolled to a worse bucket, stayed, rolled back, left the book or was
-- cured. Paid off is neither forward nor back, but cured. Weights are opening balances; a bucket's shares sum to 1.
with moves as (
    select
        opening_bucket,
        to_state,
        cure,
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
        cure,
        loans,
        opening_balance,
        closing_balance
    from scoped_loan_moves($branches, $products)
    where opened_on = $opened_on and month_end = $closed_on
        and date_diff('month', $opened_on, $closed_on) not in (1, 12)
),

kinds as (
    select
        opening_bucket,
        to_state,
        cure,
        sum(loans) as loans,
        sum(opening_balance) as opening_balance,
        sum(closing_balance) as closing_balance
    from moves
    group by opening_bucket, to_state, cure
),

placed as (
    select
        *,
        list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], opening_bucket) as was,
        list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+'], to_state) as is_now
    from kinds
),

summed as (
    select
        case when grouping(opening_bucket) = 1 then 'all' else opening_bucket end as from_bucket,
        to_state,
        sum(loans) as loans,
        sum(opening_balance) as opening_balance,
        sum(closing_balance) as closing_balance,
        sum(case when is_now > was then opening_balance else 0 end) as forward_balance,
        sum(case when is_now = was then opening_balance else 0 end) as stayed_balance,
        sum(case when is_now < was then opening_balance else 0 end) as back_balance,
        sum(case when to_state = 'closed' then opening_balance else 0 end) as paid_off_balance,
        sum(case when to_state in ('written_off', 'sold') then opening_balance else 0 end) as disposed_balance,
        sum(case when was > 1 then opening_balance else 0 end) as late_balance,
        sum(case when was > 1 then loans else 0 end) as late_loans,
        sum(case when cure = 'paid' then opening_balance else 0 end) as cured_balance,
        sum(case when cure = 'paid' then loans else 0 end) as cured_loans,
        sum(case when cure = 'on_paper' then opening_balance else 0 end) as admin_cured_balance
    from placed
    group by grouping sets ((opening_bucket, to_state), (opening_bucket), ())
    having count(*) > 0
)

select
    from_bucket,
    to_state,
    loans,
    opening_balance,
    closing_balance,
    cast(loans as double) / sum(loans) over (partition by from_bucket, to_state is null) as share_loans,
    cast(opening_balance as double)
    / nullif(sum(opening_balance) over (partition by from_bucket, to_state is null), 0) as share_balance,
    cast(forward_balance as double) / nullif(opening_balance, 0) as forward_rate,
    cast(stayed_balance as double) / nullif(opening_balance, 0) as stayed_rate,
    cast(back_balance as double) / nullif(opening_balance, 0) as back_rate,
    cast(paid_off_balance as double) / nullif(opening_balance, 0) as paid_off_rate,
    cast(disposed_balance as double) / nullif(opening_balance, 0) as disposed_rate,
    late_loans,
    cured_loans,
    cured_balance,
    cast(cured_loans as double) / nullif(late_loans, 0) as cure_rate_loans,
    cast(cured_balance as double) / nullif(late_balance, 0) as cure_rate,
    cast(admin_cured_balance as double) / nullif(late_balance, 0) as admin_cure_rate
from summed
order by
    list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+', 'missing', 'all'], from_bucket),
    list_position(
        [
            'current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+', 'closed', 'written_off', 'sold',
            'missing'
        ],
        to_state
    )
