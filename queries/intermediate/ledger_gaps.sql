-- One row per product and month end of the general ledger: its balance and that of the loans on the book. A product with
-- a balance on the book that the ledger of the month leaves out stands in it with nothing.
with ledger as (
    select
        balances.product,
        balances.month_end,
        balances.balance
    from raw.ledger_balances as balances
    cross join raw.build as build
    where balances.month_end <= build.as_of
),

books as (
    select
        product,
        month_end,
        sum(case when status = 'active' then balance else 0 end) as balance
    from marts.loan_month_states
    where month_end in (select month_end from ledger)
    group by product, month_end
)

select
    coalesce(ledger.product, books.product) as product,
    coalesce(ledger.month_end, books.month_end) as month_end,
    coalesce(ledger.balance, 0) as ledger_balance,
    coalesce(books.balance, 0) as book_balance
from ledger
full join books on ledger.product = books.product and ledger.month_end = books.month_end
where ledger.product is not null or books.balance <> 0
