-- One row per owner of borrowers on the watchlist at the month end: the one recorded, else the officer of the worst loan.
with loans as (
    select
        borrower_id,
        sum(exposure) as exposure,
        min_by(
            officer_id,
            {'class': -classification, 'days': -days_past_due, 'balance': -balance, 'loan_id': loan_id}
        ) as officer_id
    from scoped_watch_loans($branches, $products)
    where month_end = $month_end and is_listed
    group by borrower_id
)

select
    coalesce(watched.owner, loans.officer_id, '') as owner,
    count(*) as borrowers,
    sum(loans.exposure) as exposure,
    sum(case when watched.is_review_overdue then 1 else 0 end) as overdue_reviews
from scoped_watch_months($branches, $products) as watched
inner join loans on watched.borrower_id = loans.borrower_id
where watched.month_end = $month_end and watched.is_listed
group by coalesce(watched.owner, loans.officer_id, '')
order by borrowers desc, owner
