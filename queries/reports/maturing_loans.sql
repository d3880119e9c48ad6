-- One row per loan on the book at the scope's month end that matures in one year or quarter, has passed its maturity,
-- or has none that is known: those of a bar re-add to it.
with placed as (
    select
        months.loan_id,
        months.borrower_id,
        months.branch,
        months.product,
        dates.matures_on,
        months.days_past_due,
        months.classification,
        months.balance,
        case
            when dates.matures_on is null then 'unknown'
            when dates.matures_on < months.month_end then 'past'
            when $step = 'quarter' then year(dates.matures_on) || 'Q' || quarter(dates.matures_on)
            else cast(year(dates.matures_on) as varchar)
        end as matures
    from scoped_loan_months($branches, $products) as months
    left join scoped_maturity_dates($branches, $products) as dates
        on months.loan_id = dates.loan_id
        and dates.in_force_from <= months.month_end
        and months.month_end < dates.in_force_until
    where months.month_end = $month_end and months.status = 'active' and months.balance > 0
)

select *
from placed
where matures = $matures
