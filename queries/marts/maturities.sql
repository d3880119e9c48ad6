-- One row per month end, branch, product and quarter in which loans mature: balance and number of the loans on the
-- book. A maturity before the month end that is still owed has the quarter in which it passed; none known, no quarter.
with months as (
    select
        loan_id,
        month_end,
        branch,
        product,
        balance
    from marts.loan_month_states
    where status = 'active' and balance > 0
),

matured as (
    select
        months.month_end,
        months.branch,
        months.product,
        cast(date_trunc('quarter', dates.matures_on) as date) as matures_in,
        dates.matures_on < months.month_end as is_past,
        months.balance
    from months
    left join marts.maturity_dates as dates
        on months.loan_id = dates.loan_id
        and dates.in_force_from <= months.month_end
        and months.month_end < dates.in_force_until
)

select
    month_end,
    branch,
    product,
    matures_in,
    coalesce(is_past, false) as is_past,
    count(*) as loan_count,
    cast(sum(balance) as decimal(18, 2)) as balance
from matured
group by month_end, branch, product, matures_in, coalesce(is_past, false)
order by month_end, branch, product
