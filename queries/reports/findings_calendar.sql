-- One row per day up to 90 days after the date looked at, from the week of what has been past due for 28 days at
-- most: the findings and agreed actions open on that date that are due on the day, the gravest of them, and whether they
-- are past due. What was due before has one row without a day (14.1).
with dues as (
    select *
    from scoped_finding_dues($branches, $products)
    where issued_on <= $as_of
        and (ended_on is null or ended_on > $as_of)
        and due_on <= $as_of + 90
),

span as (
    select cast(date_trunc('week', least($as_of, min(due_on))) as date) as first_day
    from dues
    where due_on >= $as_of - 28
),

days as (
    select unnest(generate_series(first_day, $as_of + 90, interval 1 day)) as day
    from span
    where exists (select 1 from dues)
),

placed as (
    select
        case when dues.due_on >= span.first_day then dues.due_on end as day,
        dues.what,
        dues.severity,
        dues.severity_weight
    from dues
    cross join span
),

counted as (
    select
        day,
        count(*) as due_count,
        count(*) filter (where what = 'finding') as findings,
        count(*) filter (where what = 'action') as actions,
        arg_max(severity, severity_weight) as severity,
        max(severity_weight) as severity_weight
    from placed
    group by day
)

select
    cast(days.day as date) as day,
    cast(date_trunc('week', days.day) as date) as week,
    isodow(days.day) as weekday,
    coalesce(counted.due_count, 0) as due_count,
    coalesce(counted.findings, 0) as findings,
    coalesce(counted.actions, 0) as actions,
    counted.severity,
    coalesce(counted.severity_weight, 0) as severity_weight,
    coalesce(counted.due_count > 0 and days.day < $as_of, false) as is_past
from days
left join counted on days.day = counted.day
union all
select
    day,
    cast(null as date) as week,
    cast(null as bigint) as weekday,
    due_count,
    findings,
    actions,
    severity,
    severity_weight,
    true as is_past
from counted
where day is null
order by day nulls first
