-- One row per product and bucket: late borrowers who came with something in the year to the month end, those of them whose
-- matter was resolved in time and the others, how many of each were clear within the days allowed, and the difference of
-- the two shares (16, willingness_link); empty where one side has nobody.
with groups as (
    select
        product,
        bucket,
        count(*) as n,
        max(n_in_time) as n_in_time,
        max(n_late) as n_late,
        max(cured_in_time) as cured_in_time,
        max(cured_late) as cured_late
    from scoped_service_links($branches, $products)
    where month_end = $month_end
    group by product, bucket
)

select
    product,
    bucket,
    n,
    n_in_time,
    n_late,
    cast(cured_in_time as double) / nullif(n_in_time, 0) as cure_in_time,
    cast(cured_late as double) / nullif(n_late, 0) as cure_late,
    cast(cured_in_time as double) / nullif(n_in_time, 0) - cast(cured_late as double) / nullif(n_late, 0)
        as difference
from groups
order by n desc, product, bucket
