-- One row per official migration rate between `$opened_on` and `$closed_on`: loans on the book at the first date only
-- (3.4). Part repaid counts as reduction; what was written off or sold vanishes from both sides, and is added back, at
-- its opening balance, in the adjusted rate where it was non-performing.
with moves as (
    select
        opening_class,
        closing_class,
        opening_balance,
        kept_balance,
        disposed_balance
    from scoped_moves($branches, $products)
    where opened_on = $opened_on and month_end = $closed_on
    union all
    -- Asked of the two dates and not of the rows: where the cube knows the span, no loan is read.
    select
        opening_class,
        closing_class,
        opening_balance,
        kept_balance,
        disposed_balance
    from scoped_loan_moves($branches, $products)
    where opened_on = $opened_on and month_end = $closed_on
        and date_diff('month', $opened_on, $closed_on) not in (1, 12)
),

rates as (
    select
        unnest(['mig_performing', 'mig_normal', 'mig_sm', 'mig_sub', 'mig_doubtful']) as rate_id,
        unnest([1, 1, 2, 3, 4]) as from_class,
        unnest([2, 1, 2, 3, 4]) as to_class
),

summed as (
    select
        rates.rate_id,
        rates.from_class,
        rates.to_class,
        sum(moves.opening_balance) as opening_balance,
        sum(moves.opening_balance - moves.kept_balance) as reduction,
        sum(case when moves.closing_class > rates.to_class then moves.kept_balance else 0 end) as down,
        sum(moves.disposed_balance) as disposed
    from rates
    inner join moves on moves.opening_class between rates.from_class and rates.to_class
    group by rates.rate_id, rates.from_class, rates.to_class
)

select
    rate_id,
    opening_balance,
    reduction,
    opening_balance - reduction as base,
    down,
    disposed,
    cast(down as double) / nullif(opening_balance - reduction, 0) as rate,
    cast(down + disposed as double) / nullif(opening_balance - reduction + disposed, 0) as rate_adjusted
from summed
order by from_class, to_class desc
