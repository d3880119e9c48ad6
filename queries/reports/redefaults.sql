-- One row per quarter of restructuring: loans changed in difficulty, and those more than 90 days past due, NPL or written
-- off within twelve months after (4.4). A loan changed twice in a quarter is one loan, as it stood at the first change.
-- Only quarters whose every change is twelve months old at the month end.
with changes as (
    select
        loan_id,
        restructured_on,
        year(restructured_on) || '-Q' || quarter(restructured_on) as cohort,
        last_day(date_trunc('quarter', restructured_on) + interval 14 month) as cohort_mature_on,
        was_defaulted,
        redefaulted_on is not null as redefaulted
    from scoped_restructures($branches, $products)
    where coalesce(is_difficulty, true)
),

loans as (
    select
        cohort,
        loan_id,
        min_by(was_defaulted, restructured_on) as was_defaulted,
        bool_or(redefaulted) as redefaulted
    from changes
    where cohort_mature_on <= $month_end
    group by cohort, loan_id
)

select
    cohort,
    count(*) as loans,
    count(*) filter (where redefaulted) as redefaulted,
    cast(count(*) filter (where redefaulted) as double) / count(*) as rate,
    count(*) filter (where not was_defaulted) as performing,
    count(*) filter (where redefaulted and not was_defaulted) as performing_redefaulted,
    cast(count(*) filter (where redefaulted and not was_defaulted) as double)
    / nullif(count(*) filter (where not was_defaulted), 0) as performing_rate
from loans
group by cohort
order by cohort
