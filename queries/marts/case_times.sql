-- One row per case and time that it took, in the month in which that was known: minutes to the first reply, and days from
-- the approval of a post to the day on which it was filled (16, 17). For medians and percentiles, which are no sums.
with ends as (
    select
        case_id,
        min(stay) as first_stay
    from marts.case_stays
    group by case_id
),

times as (
    select
        stays.stay_id,
        replies.told_on,
        replies.reply_minutes,
        cast(null as integer) as fill_days
    from intermediate.case_replies as replies
    inner join ends on replies.case_id = ends.case_id
    inner join marts.case_stays as stays on ends.case_id = stays.case_id and ends.first_stay = stays.stay
    where replies.reply_minutes is not null
    union all
    select
        stay_id,
        closed_on as told_on,
        cast(null as decimal(18, 2)) as reply_minutes,
        cast(date_diff('day', opened_on, closed_on) as integer) as fill_days
    from marts.case_stays
    where left_by = 'closed' and case_type = 'vacancy' and outcome = 'filled'
)

select
    last_day(times.told_on) as month_end,
    times.stay_id,
    stays.case_id,
    stays.case_type,
    stays.department_id,
    stays.branch,
    stays.product,
    stays.loan_id,
    stays.opened_on,
    stays.due_on,
    stays.closed_on,
    stays.owner,
    times.reply_minutes,
    case when times.reply_minutes is not null then 1 else 0 end as reply_count,
    times.fill_days,
    case when times.fill_days is not null then 1 else 0 end as fill_count
from times
inner join marts.case_stays as stays on times.stay_id = stays.stay_id
cross join raw.build as build
where last_day(times.told_on) <= build.as_of
order by month_end, times.stay_id
