-- One row per year or quarter from the first in which loans on the book mature to the last, oldest first, with nothing
-- where none does: what has passed its maturity and is still owed is one row of its own, `past`; loans whose maturity
-- nobody knows another, `unknown`. All add up to the balance.
with placed as (
    select
        loan_count,
        balance,
        case when not is_past then matures_in end as coming_in,
        case
            when matures_in is null then 'unknown'
            when is_past then 'past'
            when $step = 'quarter' then year(matures_in) || 'Q' || quarter(matures_in)
            else cast(year(matures_in) as varchar)
        end as matures
    from scoped_maturities($branches, $products)
    where month_end = $month_end
),

held as (
    select
        matures,
        sum(loan_count) as loans,
        sum(balance) as balance
    from placed
    group by matures
),

spans as (
    select
        date_trunc($step, min(coming_in)) as first_in,
        max(coming_in) as last_in
    from placed
),

empties as (
    select
        unnest(
            generate_series(
                first_in, last_in, case $step when 'quarter' then interval 3 month else interval 1 year end
            )
        ) as starts_on
    from spans
),

named as (
    select
        case
            when $step = 'quarter' then year(starts_on) || 'Q' || quarter(starts_on)
            else cast(year(starts_on) as varchar)
        end as matures
    from empties
),

every as (
    select matures from held
    union
    select matures from named
)

select
    every.matures,
    coalesce(held.loans, 0) as loans,
    coalesce(held.balance, 0) as balance,
    cast(coalesce(held.balance, 0) as double) / nullif(sum(held.balance) over (), 0) as share
from every
left join held on every.matures = held.matures
order by case every.matures when 'past' then '0' when 'unknown' then '9999' else every.matures end
