-- One row per quarter of restructuring: loans changed in difficulty, and those more than 90 days past due, NPL or written
-- off within twelve months after (4.4). Only quarters whose every change is twelve months old at the month end.
with changes as (
    select
        year(restructured_on) || '-Q' || quarter(restructured_on) as cohort,
        last_day(date_trunc('quarter', restructured_on) + interval 14 month) as mature_on,
        was_defaulted,
        redefaulted_on is not null as redefaulted
    from scoped_restructures($branches, $products)
    where coalesce(is_difficulty, true)
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
from changes
where mature_on <= $month_end
group by cohort
order by cohort
