-- One row per instalment that has fallen due while its loan was on the book (section 3.2, entry_rate): what was due,
-- and what of it was unpaid at the end of the first, third, seventh and thirtieth day after. A due month is told at
-- the next month end, when its seventh day has passed for all of it, and its thirtieth day at the one after that;
-- what is not told yet is empty. An early repayment is not there: it was paid, and nobody had asked for it.
with told as (
    select
        rules.loan_id,
        fallen.seq,
        rules.branch,
        rules.product,
        fallen.due_on,
        case
            when last_day(cast(last_day(fallen.due_on) + interval 1 day as date)) <= build.as_of
                then last_day(cast(last_day(fallen.due_on) + interval 1 day as date))
        end as told_on,
        case
            when last_day(cast(last_day(fallen.due_on) + interval 32 day as date)) <= build.as_of
                then last_day(cast(last_day(fallen.due_on) + interval 32 day as date))
        end as told_30_on,
        fallen.due,
        coalesce(late.unpaid_1, 0) as unpaid_1,
        coalesce(late.unpaid_3, 0) as unpaid_3,
        coalesce(late.unpaid_7, 0) as unpaid_7,
        coalesce(late.unpaid_30, 0) as unpaid_30
    from intermediate.fallen_due as fallen
    inner join intermediate.loan_rules as rules on fallen.loan_no = rules.loan_no
    left join intermediate.late_lines as late
        on fallen.loan_no = late.loan_no
        and fallen.version = late.version
        and fallen.line_no = late.line_no
    cross join raw.build as build
    where late.loan_no is not null or not fallen.is_new_that_day
)

select *
from told
order by told_on
