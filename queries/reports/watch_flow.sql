-- One row per month end from $first on: what was on the watchlist, came on it, left it cured, paid off or into default, and
-- is on it, in borrowers, loans, principal and exposure of the loans in view. What is new counts at the month's end, what
-- left at its beginning; changed is what those that stayed owe more or less.
with loans as (
    select
        *,
        moved <> 'entered' as was_listed,
        case when opening_balance > 0 then 1 else 0 end as opening_loans,
        case when status = 'active' then 1 else 0 end as closing_loans,
        balance as closing_balance,
        exposure as closing_exposure,
        lag(exposure) over (partition by loan_id order by month_end) as exposure_before
    from scoped_watch_loans($branches, $products)
    where month_end >= cast($first as date) - 40 and month_end <= $month_end
),

valued as (
    select
        *,
        coalesce(exposure_before, opening_balance) as opening_exposure
    from loans
    where month_end >= $first
),

summed as (
    select
        month_end,
        count(distinct case when was_listed then borrower_id end) as opening_borrowers,
        count(distinct case when moved = 'entered' then borrower_id end) as new_borrowers,
        count(distinct case when left_by = 'cured' then borrower_id end) as cured_borrowers,
        count(distinct case when left_by in ('paid_off', 'sold') then borrower_id end) as paid_off_borrowers,
        count(distinct case when left_by = 'default' then borrower_id end) as default_borrowers,
        count(distinct case when is_listed then borrower_id end) as closing_borrowers,
        coalesce(sum(case when was_listed then opening_loans end), 0) as opening_loans,
        coalesce(sum(case when moved = 'entered' then closing_loans end), 0) as new_loans,
        coalesce(sum(case when left_by = 'cured' then opening_loans end), 0) as cured_loans,
        coalesce(sum(case when left_by in ('paid_off', 'sold') then opening_loans end), 0) as paid_off_loans,
        coalesce(sum(case when left_by = 'default' then opening_loans end), 0) as default_loans,
        coalesce(sum(case when is_listed then closing_loans end), 0) as closing_loans,
        coalesce(sum(case when was_listed then opening_balance end), 0) as opening_balance,
        coalesce(sum(case when moved = 'entered' then closing_balance end), 0) as new_balance,
        coalesce(sum(case when left_by = 'cured' then opening_balance end), 0) as cured_balance,
        coalesce(sum(case when left_by in ('paid_off', 'sold') then opening_balance end), 0) as paid_off_balance,
        coalesce(sum(case when left_by = 'default' then opening_balance end), 0) as default_balance,
        coalesce(sum(case when is_listed then closing_balance end), 0) as closing_balance,
        coalesce(sum(case when was_listed then opening_exposure end), 0) as opening_exposure,
        coalesce(sum(case when moved = 'entered' then closing_exposure end), 0) as new_exposure,
        coalesce(sum(case when left_by = 'cured' then opening_exposure end), 0) as cured_exposure,
        coalesce(sum(case when left_by in ('paid_off', 'sold') then opening_exposure end), 0) as paid_off_exposure,
        coalesce(sum(case when left_by = 'default' then opening_exposure end), 0) as default_exposure,
        coalesce(sum(case when is_listed then closing_exposure end), 0) as closing_exposure
    from valued
    group by month_end
)

select
    *,
    closing_borrowers - opening_borrowers - new_borrowers + cured_borrowers + paid_off_borrowers + default_borrowers as changed_borrowers,
    closing_loans - opening_loans - new_loans + cured_loans + paid_off_loans + default_loans as changed_loans,
    closing_balance - opening_balance - new_balance + cured_balance + paid_off_balance + default_balance as changed_balance,
    closing_exposure - opening_exposure - new_exposure + cured_exposure + paid_off_exposure + default_exposure as changed_exposure
from summed
order by month_end
