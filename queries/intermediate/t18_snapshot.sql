-- T18 (14.2): product and month end at which the loans on the book do not add up to the general ledger. No loan.
select
    'T18_snapshot' as test_id,
    'ledger_differs' as kind,
    '' as loan_id,
    month_end as happened_on,
    product as reference,
    ledger_balance as recorded,
    book_balance as recomputed,
    abs(ledger_balance - book_balance) as amount
from intermediate.ledger_gaps
where ledger_balance <> book_balance
