-- One row per year or quarter in which loans on the book mature, oldest first: what has passed its maturity and is still
-- owed is one row of its own, `past`; loans whose maturity nobody knows another, `unknown`. All add up to the balance.
with placed as (
    select
        *,
        case
            when matures_in is null then 'unknown'
            when is_past then 'past'
            when $step = 'quarter' then year(matures_in) || 'Q' || quarter(matures_in)
            else cast(year(matures_in) as varchar)
        end as matures
    from scoped_maturities($branches, $products)
    where month_end = $month_end
)

select
    matures,
    sum(loan_count) as loans,
    sum(balance) as balance,
    cast(sum(balance) as double) / nullif(sum(sum(balance)) over (), 0) as share
from placed
group by matures
order by case matures when 'past' then '0' when 'unknown' then '9999' else matures end
