-- One row, or none: the difference of cure rates over all groups of like ones, with its 95 % confidence interval and how
-- many it stands on (16, willingness_link). Mantel-Haenszel, with the variance of Greenland and Robins.
with groups as (
    select
        product,
        bucket,
        cast(max(n_in_time) as double) as n1,
        cast(max(n_late) as double) as n0,
        cast(max(cured_in_time) as double) as c1,
        cast(max(cured_late) as double) as c0,
        cast(count(*) as double) as n
    from scoped_service_links($branches, $products)
    where month_end = $month_end
    group by product, bucket
),

summed as (
    select
        sum(n) as n,
        sum(n1) as n_in_time,
        sum(n0) as n_late,
        sum(case when n1 > 0 and n0 > 0 then n else 0 end) as n_compared,
        sum((c1 * n0 - c0 * n1) / n) / nullif(sum(n1 * n0 / n), 0) as difference,
        sqrt(
            sum(
                case
                    when n1 > 0 and n0 > 0 then
                        (c1 * (n1 - c1) * power(n0, 3) + c0 * (n0 - c0) * power(n1, 3)) / (n1 * n0 * n * n)
                    else 0
                end
            )
        ) / nullif(sum(n1 * n0 / n), 0) as spread
    from groups
)

select
    cast(n as bigint) as n,
    cast(n_in_time as bigint) as n_in_time,
    cast(n_late as bigint) as n_late,
    cast(n_compared as bigint) as n_compared,
    difference,
    difference - 1.959963985 * spread as low,
    difference + 1.959963985 * spread as high
from summed
where n > 0
