-- One row per loan and instalment that counted as due in the months of the book (section 8), in the order of the days:
-- never before disbursement, while the loan had not left before, by the schedule in force when the day's month began, for
-- a loan of that month by its first. That is what the month was expected to bring: whoever repays early gets a schedule
-- that dates what he paid, and what he paid was asked of nobody. Leaving out only the lines of early repayments would not
-- do: the lines after them ask for less, or nothing. What a restructuring moves stays due in its month, and stands in
-- the difference as moved (marts.collection_gaps); the next month is by the new schedule.
with lines as (
    select
        rules.loan_id,
        rules.branch,
        rules.product,
        schedule.seq,
        greatest(schedule.due_on, rules.disbursed_on) as expected_on,
        schedule.principal_due,
        schedule.interest_due,
        schedule.fee_due,
        schedule.penalty_due,
        versions.in_force_from,
        versions.in_force_until,
        ends.left_on
    from intermediate.schedule as schedule
    inner join intermediate.loan_rules as rules on schedule.loan_no = rules.loan_no
    inner join intermediate.loan_ends as ends on schedule.loan_no = ends.loan_no
    inner join intermediate.schedule_versions as versions
        on schedule.loan_no = versions.loan_no and schedule.version = versions.version
)

select
    lines.loan_id,
    lines.branch,
    lines.product,
    lines.seq,
    lines.expected_on,
    lines.principal_due,
    lines.interest_due,
    lines.fee_due,
    lines.penalty_due
from lines
cross join raw.build as build
where last_day(lines.expected_on) <= least(last_day(lines.left_on), build.as_of)
    and lines.in_force_from < cast(date_trunc('month', lines.expected_on) as date)
    and cast(date_trunc('month', lines.expected_on) as date) <= lines.in_force_until
order by lines.expected_on, lines.loan_id
