-- One row per product and month end of the general ledger (15.1): the balance of the loans on the book beside the
-- ledger's, and since which month end they differ without a break. Reconciled to the cent, as T18 is.
with gaps as (
    select
        product,
        month_end,
        book_balance,
        ledger_balance,
        book_balance - ledger_balance as difference
    from intermediate.ledger_gaps
),

runs as (
    select
        *,
        max(case when difference = 0 then month_end end) over (
            partition by product
            order by month_end
            rows between unbounded preceding and current row
        ) as agreed_on
    from gaps
)

select
    product || ' ' || month_end as row_id,
    product,
    month_end,
    book_balance,
    ledger_balance,
    difference,
    abs(difference) as break_amount,
    difference <> 0 as is_break,
    case
        when difference <> 0
            then min(case when difference <> 0 then month_end end) over (
                partition by product, agreed_on
            )
    end as differs_since
from runs
order by month_end, product
