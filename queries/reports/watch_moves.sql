-- One row per borrower behind one figure of the watchlist's flow at the month end: $way is opening, new, cured, paid_off,
-- default or closing. Its loans, principal and exposure in view as watch_flow counts them.
with loans as (
    select
        *,
        lag(exposure) over (partition by loan_id order by month_end) as exposure_before
    from scoped_watch_loans($branches, $products)
    where month_end > cast($month_end as date) - 40 and month_end <= $month_end
),

meant as (
    select
        *,
        $way in ('new', 'closing') as is_at_end
    from loans
    where month_end = $month_end
        and case $way
            when 'opening' then moved <> 'entered'
            when 'new' then moved = 'entered'
            when 'cured' then left_by = 'cured'
            when 'paid_off' then left_by in ('paid_off', 'sold')
            when 'default' then left_by = 'default'
            when 'closing' then is_listed
        end
),

summed as (
    select
        borrower_id,
        1 as borrowers,
        sum(
            case
                when is_at_end and status = 'active' then 1
                when not is_at_end and opening_balance > 0 then 1
                else 0
            end
        ) as loans,
        coalesce(sum(case when is_at_end then balance else opening_balance end), 0) as balance,
        coalesce(
            sum(case when is_at_end then exposure else coalesce(exposure_before, opening_balance) end), 0
        ) as exposure
    from meant
    group by borrower_id
)

select
    summed.*,
    coalesce(names.name, '') as name,
    watched.borrower_kind,
    watched.level,
    watched.score,
    watched.entered_on,
    watched.entry_reasons as reasons,
    coalesce(watched.owner, '') as owner
from summed
inner join scoped_watch_months($branches, $products) as watched
    on summed.borrower_id = watched.borrower_id and watched.month_end = $month_end
left join scoped_borrowers($branches, $products) as names on summed.borrower_id = names.borrower_id
