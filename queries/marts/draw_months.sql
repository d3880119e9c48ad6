-- One row per month end, branch and product: payments of the month that the bank had to make and did (M2, M3), and of all
-- whose time for proof had passed those without one (13). What is unproven adds up from month to month.
with moves as (
    select
        month_end,
        branch,
        product,
        case when is_entrusted_due then 1 else 0 end as entrusted_due_count,
        case when is_entrusted_due and method = 'entrusted' then 1 else 0 end as entrusted_count,
        0 as grown_old,
        0 as unproven
    from marts.fund_payments
    union all
    -- At the first month end after the day on which proof was due.
    select
        last_day(cast(evidence_due_on + interval 1 day as date)) as month_end,
        branch,
        product,
        0 as entrusted_due_count,
        0 as entrusted_count,
        1 as grown_old,
        1 as unproven
    from marts.fund_payments
    union all
    select
        greatest(last_day(cast(evidence_due_on + interval 1 day as date)), last_day(voucher_received_on)) as month_end,
        branch,
        product,
        0 as entrusted_due_count,
        0 as entrusted_count,
        0 as grown_old,
        -1 as unproven
    from marts.fund_payments
    where voucher_received_on is not null
),

summed as (
    select
        month_end,
        branch,
        product,
        sum(entrusted_due_count) as entrusted_due_count,
        sum(entrusted_count) as entrusted_count,
        sum(grown_old) as grown_old,
        sum(unproven) as unproven
    from moves
    group by month_end, branch, product
),

grid as (
    select
        months.month_end,
        places.branch,
        places.product
    from marts.month_ends as months
    cross join (select distinct branch, product from summed) as places
)

select
    grid.month_end,
    grid.branch,
    grid.product,
    cast(coalesce(summed.entrusted_due_count, 0) as bigint) as entrusted_due_count,
    cast(coalesce(summed.entrusted_count, 0) as bigint) as entrusted_count,
    cast(
        sum(coalesce(summed.grown_old, 0)) over (partition by grid.branch, grid.product order by grid.month_end) as bigint
    ) as old_draw_count,
    cast(
        sum(coalesce(summed.unproven, 0)) over (partition by grid.branch, grid.product order by grid.month_end) as bigint
    ) as unproven_count
from grid
left join summed
    on grid.month_end = summed.month_end and grid.branch = summed.branch and grid.product = summed.product
order by grid.month_end, grid.branch, grid.product
