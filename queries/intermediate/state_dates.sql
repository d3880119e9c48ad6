-- One row per loan with a schedule and day on which its state is taken: every month end from disbursement until
-- it left the book, the month end after it left, and the data's last day. Loans written off or sold are followed
-- to the end (`is_on_grid` = false): their days past due go on counting in the memo account (section 1.4).
with month_ends as (
    select distinct month_end
    from raw.calendar
),

spans as (
    select
        ends.loan_no,
        ends.disbursed_on,
        ends.left_on,
        build.as_of,
        case
            when ends.written_off_on is null and ends.sold_on is null then ends.left_on
            else build.as_of
        end as followed_until
    from intermediate.loan_ends as ends
    cross join raw.build as build
    where ends.disbursed_on <= build.as_of
)

select
    spans.loan_no,
    month_ends.month_end as state_date,
    month_ends.month_end <= last_day(spans.left_on) as is_on_grid
from spans
inner join month_ends
    on month_ends.month_end >= spans.disbursed_on
    and month_ends.month_end <= spans.as_of
    and month_ends.month_end <= last_day(spans.followed_until)
union all
select
    spans.loan_no,
    spans.as_of as state_date,
    false as is_on_grid
from spans
where spans.as_of <> last_day(spans.as_of)
