-- One row per contact of a late borrower with customer service, and month end of the year after it was told: whether it was
-- resolved in time and whether the loan was clear 30 days after, weighed against like ones (16, willingness_link). Like
-- ones are of the same bucket and product, in the same twelve months. Over all rows the points over the weights are the
-- difference of cure rates, each group of like ones in proportion to what it can tell (Mantel-Haenszel); where all or none
-- were resolved in time it tells nothing.
with rules as (
    select
        max(case when param_id = 'willingness_cure_days' then cast(value as integer) end) as cure_days,
        max(case when param_id = 'willingness_months' then cast(value as integer) end) as months
    from staging.parameters
),

told as (
    select
        visits.case_id,
        visits.spell,
        visits.case_type,
        visits.loan_id,
        visits.borrower_id,
        loans.branch,
        loans.product,
        visits.opened_on,
        visits.closed_on,
        visits.days_past_due,
        visits.bucket,
        visits.cured_on,
        case when visits.is_breached then 0 else 1 end as in_time,
        case
            when visits.cured_on <= cast(visits.opened_on + rules.cure_days * interval 1 day as date) then 1
            else 0
        end as cured,
        cast(visits.opened_on + rules.cure_days * interval 1 day as date) as told_on,
        rules.months
    from intermediate.service_visits as visits
    inner join staging.loans as loans on visits.loan_id = loans.loan_id
    cross join rules
    where visits.bucket is not null and (visits.closed_on is not null or visits.is_breached)
),

members as (
    select
        months.month_end,
        told.*
    from told
    inner join marts.month_ends as months
        on told.told_on <= months.month_end
        and date_diff('month', told.told_on, months.month_end) < told.months
),

likes as (
    select
        month_end,
        product,
        bucket,
        count(*) as n,
        sum(in_time) as n_in_time,
        sum(1 - in_time) as n_late,
        sum(in_time * cured) as cured_in_time,
        sum((1 - in_time) * cured) as cured_late
    from members
    group by month_end, product, bucket
)

select
    members.month_end,
    concat(members.case_id, '-', cast(members.spell as varchar)) as contact_id,
    members.case_id,
    members.case_type,
    members.loan_id,
    members.borrower_id,
    members.branch,
    members.product,
    members.bucket,
    members.opened_on,
    members.closed_on,
    members.days_past_due,
    members.cured_on,
    members.in_time,
    members.cured,
    likes.n,
    likes.n_in_time,
    likes.n_late,
    likes.cured_in_time,
    likes.cured_late,
    cast(
        case
            when members.cured = 0 then 0
            when members.in_time = 1 then cast(likes.n_late as double) / likes.n
            else -cast(likes.n_in_time as double) / likes.n
        end as decimal(18, 8)
    ) as link_points,
    cast(case when members.in_time = 1 then cast(likes.n_late as double) / likes.n else 0 end as decimal(18, 8))
        as link_weight
from members
inner join likes
    on members.month_end = likes.month_end
    and members.product = likes.product
    and members.bucket = likes.bucket
order by members.month_end, contact_id
