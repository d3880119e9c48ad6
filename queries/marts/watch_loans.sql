-- One row per loan of a borrower on the watchlist and month end, and the month end at which its borrower had left it:
-- what the list is worth to who sees some of the loans only.
select
    watched.borrower_id,
    watched.month_end,
    watched.is_listed,
    watched.moved,
    watched.left_by,
    states.loan_id,
    states.branch,
    states.product,
    states.officer_id,
    states.status,
    states.days_past_due,
    states.classification,
    case when states.status = 'active' then states.balance else 0 end as balance,
    case
        when states.status = 'active'
            then states.balance + coalesce(states.overdue_interest, 0) + coalesce(states.overdue_fee, 0)
        else 0
    end as exposure,
    coalesce(states.opening_balance, 0) as opening_balance
from marts.watch_months as watched
inner join marts.months_as_known as states
    on watched.borrower_id = states.borrower_id and watched.month_end = states.month_end
order by watched.month_end, watched.borrower_id, states.loan_id
