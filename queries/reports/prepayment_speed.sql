-- One row per month end up to the scope's: principal repaid early over what could have been (SMM), as a yearly rate
-- (CPR), and both over the twelve months up to it (section 6.2). Empty where there was nothing that could be.
with months as (
    select
        month_end,
        sum(prepaid_amount) as prepaid,
        sum(smm_base_amount) as base
    from scoped_portfolio($branches, $products)
    where month_end <= $month_end
    group by month_end
),

years as (
    select
        *,
        cast(prepaid as double) / nullif(base, 0) as smm,
        cast(sum(prepaid) over twelve as double) / nullif(sum(base) over twelve, 0) as smm_12,
        count(*) over twelve as months
    from months
    window twelve as (
        order by month_end
        rows between 11 preceding and current row
    )
)

select
    month_end,
    prepaid,
    base,
    smm,
    1 - power(1 - smm, 12) as cpr,
    case when months = 12 then smm_12 end as smm_12,
    case when months = 12 then 1 - power(1 - smm_12, 12) end as cpr_12
from years
where month_end >= $first
order by month_end
