-- One row per rule, month end, and kind, branch and product of borrowers at home: on how many it holds, and since then.
with held as (
    select
        rule_id,
        borrower_id,
        month_end,
        max(points) as points,
        min(since) = month_end as is_new,
        count(loan_id) as loans
    from marts.signal_hits
    group by rule_id, borrower_id, month_end
)

select
    held.rule_id,
    held.month_end,
    months.borrower_kind,
    months.branch,
    months.product,
    count(*) as borrowers,
    sum(case when held.is_new then 1 else 0 end) as new_borrowers,
    sum(held.loans) as loans,
    sum(held.points) as points
from held
inner join marts.borrower_months as months
    on held.borrower_id = months.borrower_id and held.month_end = months.month_end
group by held.rule_id, held.month_end, months.borrower_kind, months.branch, months.product
order by held.month_end, held.rule_id
