-- One row per origination month, month end, branch and product up to the scope's date, with the curve that it is part
-- of: a month, a quarter, or, when `$by` names a segment, all of the periods chosen, one curve per segment. `whole_count`
-- are the loans of the curve and `closes_on` the last day of its last month: a cell stands for all of them or not at all.
with placed as (
    select
        *,
        case
            when $step = 'quarter' then year(vintage) || 'Q' || quarter(vintage)
            else strftime(vintage, '%Y-%m')
        end as period,
        case
            when $step = 'quarter' then last_day(date_trunc('quarter', vintage) + interval 2 month)
            else last_day(vintage)
        end as period_closes_on
    from scoped_vintages($branches, $products)
    where month_end <= $month_end
),

chosen as (
    select
        *,
        case $by when 'branch' then branch when 'product' then product else period end as curve
    from placed
    where len($periods) = 0 or list_contains($periods, period)
),

wholes as (
    select
        curve,
        sum(original_count) as whole_count,
        max(period_closes_on) as closes_on
    from chosen
    where month_end = $month_end
    group by curve
),

-- The last month of all that was chosen, also for a segment that lent nothing in it.
closing as (
    select case when $by = 'period' then null else max(closes_on) end as last_closes_on
    from wholes
)

select
    chosen.*,
    wholes.whole_count,
    coalesce(closing.last_closes_on, wholes.closes_on) as closes_on,
    coalesce(
        (
            select max(cast(value as double))
            from book_rules()
            where param_id = 'vintage_unknown_share'
                and valid_from <= $month_end
                and (valid_to is null or valid_to >= $month_end)
        ),
        0
    ) as unknown_share
from chosen
inner join wholes on chosen.curve = wholes.curve
cross join closing
