-- One row per month end, level, ten points of score, and kind, branch and product of borrowers on the book at home: how
-- many there are, how many of them are not in default, and how many of those came into default in the twelve months
-- after; that one is empty until twelve months have been seen.
with book as (select max(month_end) as last_month from marts.month_ends),

doomed as (
    select distinct
        months.borrower_id,
        months.month_end
    from marts.defaults as defaults
    inner join marts.borrower_months as months
        on defaults.borrower_id = months.borrower_id
        and months.month_end < defaults.default_on
        and months.month_end >= cast(defaults.default_on - interval 12 month as date)
)

select
    months.month_end,
    months.borrower_kind,
    months.branch,
    months.product,
    coalesce(scores.level, 'green') as level,
    coalesce(cast(floor(scores.score / 10) as integer) * 10, 0) as score_from,
    count(*) as borrowers,
    sum(case when not months.is_defaulted then 1 else 0 end) as performing,
    case
        when months.month_end <= cast(any_value(book.last_month) - interval 12 month as date)
            then sum(case when not months.is_defaulted and doomed.borrower_id is not null then 1 else 0 end)
    end as defaulted_12m
from marts.borrower_months as months
cross join book
left join marts.borrower_scores as scores
    on months.borrower_id = scores.borrower_id and months.month_end = scores.month_end
left join doomed on months.borrower_id = doomed.borrower_id and months.month_end = doomed.month_end
where months.is_on_book
group by
    months.month_end,
    months.borrower_kind,
    months.branch,
    months.product,
    coalesce(scores.level, 'green'),
    coalesce(cast(floor(scores.score / 10) as integer) * 10, 0)
order by months.month_end
