-- One row per borrower asked for and month end from $first on: its score and level, 0 and green where nothing fired.
with months as (
    select month_end
    from book_month_ends()
    where month_end between $first and $month_end
),

seen as (
    select distinct
        borrower_id,
        disbursed_on
    from scoped_loans($branches, $products)
    where list_contains($borrowers, borrower_id)
),

borrowers as (
    select
        borrower_id,
        min(disbursed_on) as since
    from seen
    group by borrower_id
),

scores as (
    select
        borrower_id,
        month_end,
        score,
        level
    from scoped_borrower_scores($branches, $products)
    where month_end between $first and $month_end and list_contains($borrowers, borrower_id)
)

select
    borrowers.borrower_id,
    months.month_end,
    coalesce(scores.score, 0) as score,
    coalesce(scores.level, 'green') as level
from borrowers
inner join months on months.month_end >= borrowers.since
left join scores on borrowers.borrower_id = scores.borrower_id and months.month_end = scores.month_end
order by borrowers.borrower_id, months.month_end
