-- One row per loan of which an instalment has fallen due: its first one (3.2, fpd_k). A loan repaid, sold or written
-- off before it is not there, and an early repayment is no instalment: nobody had asked for it. Unpaid one, seven and thirty days after is empty for a day yet to come;
-- `paid_late_days` counts to the day it was settled for good, or to the data's last day.
with firsts as (
    select
        fallen.loan_no,
        min(fallen.due_on) as first_due_on
    from intermediate.fallen_due as fallen
    left join intermediate.late_lines as late
        on fallen.loan_no = late.loan_no
        and fallen.version = late.version
        and fallen.line_no = late.line_no
    where not fallen.was_repaid_before and (late.loan_no is not null or not fallen.is_new_that_day)
    group by fallen.loan_no
),

lines as (
    select
        fallen.loan_no,
        fallen.due_on,
        build.as_of,
        coalesce(late.unpaid_1, 0) as unpaid_1,
        coalesce(late.unpaid_7, 0) as unpaid_7,
        coalesce(late.unpaid_30, 0) as unpaid_30,
        case
            when late.loan_no is null then 0
            else date_diff('day', fallen.due_on, coalesce(late.settled_on, build.as_of))
        end as late_days
    from firsts
    inner join intermediate.fallen_due as fallen
        on firsts.loan_no = fallen.loan_no and firsts.first_due_on = fallen.due_on
    left join intermediate.late_lines as late
        on fallen.loan_no = late.loan_no
        and fallen.version = late.version
        and fallen.line_no = late.line_no
    cross join raw.build as build
)

select
    loan_no,
    due_on as first_due_on,
    max(late_days) as paid_late_days,
    case when date_diff('day', due_on, as_of) >= 1 then max(unpaid_1) > 0 end as is_fpd_1,
    case when date_diff('day', due_on, as_of) >= 7 then max(unpaid_7) > 0 end as is_fpd_7,
    case when date_diff('day', due_on, as_of) >= 30 then max(unpaid_30) > 0 end as is_fpd_30
from lines
group by loan_no, due_on, as_of
