-- One row per branch, product, due day and stretch of month ends (`from_month`, before `until_month`) at which the
-- lines due that day were expected: their schedule was in force and their loan on the book, in the twelve months
-- before they fell due. Few rows for many loans: what every month end's forecasts are summed from.
with lines as (
    select
        rules.branch,
        rules.product,
        schedule.due_on,
        schedule.principal_due,
        schedule.interest_due + schedule.fee_due + schedule.penalty_due as interest_due,
        greatest(
            last_day(greatest(versions.in_force_from, rules.disbursed_on)),
            last_day(cast(schedule.due_on - interval 12 month as date))
        ) as from_month,
        least(
            last_day(least(versions.in_force_until, ends.left_on)),
            last_day(schedule.due_on)
        ) as until_month
    from intermediate.schedule as schedule
    inner join intermediate.loan_rules as rules on schedule.loan_no = rules.loan_no
    inner join intermediate.schedule_versions as versions
        on schedule.loan_no = versions.loan_no and schedule.version = versions.version
    inner join intermediate.loan_ends as ends on schedule.loan_no = ends.loan_no
    cross join raw.build as build
    where schedule.due_on <= last_day(cast(build.as_of + interval 12 month as date))
)

select
    branch,
    product,
    due_on,
    from_month,
    until_month,
    cast(sum(principal_due) as decimal(18, 2)) as principal_due,
    cast(sum(interest_due) as decimal(18, 2)) as interest_due
from lines
where from_month < until_month
group by branch, product, due_on, from_month, until_month
