-- One row per product and month end of the general ledger: its balance and that of the loans on the book.
with books as (
    select
        product,
        month_end,
        sum(case when status = 'active' then balance else 0 end) as balance
    from marts.loan_month_states
    group by product, month_end
)

select
    ledger.product,
    ledger.month_end,
    ledger.balance as ledger_balance,
    coalesce(books.balance, 0) as book_balance
from raw.ledger_balances as ledger
cross join raw.build as build
left join books on ledger.product = books.product and ledger.month_end = books.month_end
where ledger.month_end <= build.as_of
