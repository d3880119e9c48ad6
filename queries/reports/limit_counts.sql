-- One row per regulatory limit of concentration that was broken at some month end: when it was broken first, until when, and
-- its days over by the month end (8, 11.1). Of the whole book only: in a part of it limits are not judged.
with figures as (
    select
        month_end,
        'single_customer_loan_ratio' as limit_id,
        cast(largest_borrower_balance as double) / nullif(net_capital, 0) as figure
    from scoped_concentrations($branches, $products)
    union all
    select
        month_end,
        'single_customer_exposure_ratio' as limit_id,
        cast(largest_borrower_balance as double) / nullif(tier1_capital, 0) as figure
    from scoped_concentrations($branches, $products)
    union all
    select
        month_end,
        'group_exposure_ratio' as limit_id,
        cast(largest_group_balance as double) / nullif(tier1_capital, 0) as figure
    from scoped_concentrations($branches, $products)
),

judged as (
    select
        figures.month_end,
        figures.limit_id,
        figures.figure > cast(rules.value as double) as is_over,
        lag(figures.figure > cast(rules.value as double)) over (
            partition by figures.limit_id order by figures.month_end
        ) as was_over,
        figures.figure,
        cast(rules.value as double) as limit_value
    from figures
    inner join book_rules() as rules
        on rules.param_id = 'limit.' || figures.limit_id
        and figures.month_end between rules.valid_from and rules.valid_to
    where figures.month_end <= $month_end
),

runs as (
    select
        *,
        count(*) filter (where is_over and not coalesce(was_over, false)) over (
            partition by limit_id order by month_end
        ) as run
    from judged
),

breaches as (
    select
        limit_id,
        run,
        min(month_end) filter (where is_over) as opened_on,
        min(month_end) filter (where not is_over) as cured_on,
        max(figure) filter (where is_over) as worst,
        max(limit_value) as limit_value
    from runs
    where run > 0
    group by limit_id, run
)

select
    months.month_end,
    breaches.limit_id || ' ' || breaches.opened_on || ' ' || months.month_end as row_id,
    breaches.limit_id,
    breaches.opened_on,
    case when breaches.cured_on <= months.month_end then breaches.cured_on end as cured_on,
    breaches.worst,
    breaches.limit_value,
    case when breaches.opened_on = months.month_end then 1 else 0 end as opened_count,
    case
        when breaches.cured_on is null or breaches.cured_on > months.month_end then months.month_end - breaches.opened_on
        else 0
    end as over_days,
    1 as limit_count
from book_month_ends() as months
inner join breaches on breaches.opened_on <= months.month_end
where months.month_end <= $month_end
