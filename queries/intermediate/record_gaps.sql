-- One row per stretch of months between two that were recorded of a loan, in which nothing was: the first month end
-- without a record, and the month end at which it goes on. A month of which the book knows nothing at all is no gap.
with recorded as (
    select
        loan_no,
        state_date,
        lag(state_date) over (partition by loan_no order by state_date) as state_before
    from intermediate.recorded_states
)

select
    recorded.loan_no,
    min(told.month_end) as stops_on,
    recorded.state_date as goes_on
from recorded
inner join marts.month_ends as told
    on recorded.state_before < told.month_end and told.month_end < recorded.state_date
where date_diff('month', recorded.state_before, recorded.state_date) > 1
group by recorded.loan_no, recorded.state_date
