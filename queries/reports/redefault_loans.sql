-- One row per loan restructured in difficulty in the quarter `$cohort`: as it stood at the first change, and whether it
-- defaulted again within twelve months after one (4.4), with its balance at the month end.
with changes as (
    select
        loan_id,
        branch,
        product,
        restructured_on,
        was_defaulted,
        redefaulted_on,
        last_day(date_trunc('quarter', restructured_on) + interval 14 month) as cohort_mature_on
    from scoped_restructures($branches, $products)
    where coalesce(is_difficulty, true) and year(restructured_on) || '-Q' || quarter(restructured_on) = $cohort
),

loans as (
    select
        loan_id,
        min(branch) as branch,
        min(product) as product,
        min(restructured_on) as restructured_on,
        not min_by(was_defaulted, restructured_on) as was_performing,
        min(redefaulted_on) as redefaulted_on,
        min(redefaulted_on) is not null as is_redefaulted
    from changes
    where cohort_mature_on <= $month_end
    group by loan_id
)

select
    loans.loan_id,
    loans.branch,
    loans.product,
    loans.restructured_on,
    loans.was_performing,
    loans.is_redefaulted,
    loans.redefaulted_on,
    case when loans.is_redefaulted then 1 else 0 end as counted,
    coalesce(months.balance, 0) as balance
from loans
left join scoped_loan_months($branches, $products) as months
    on loans.loan_id = months.loan_id and months.month_end = $month_end
