-- One row per month end of the book: what the learned score uses it for. A label is known once its twelve months are
-- over; the last six such months test, and only months whose labels were known before the first of them train.
with edges as (
    select
        max(month_end) as last_month,
        last_day(max(month_end) - interval 12 month) as last_labelled,
        last_day(max(month_end) - interval 17 month) as first_tested,
        last_day(max(month_end) - interval 29 month) as last_trained
    from marts.month_ends
)

select
    months.month_end,
    months.month_end <= edges.last_labelled as is_labelled,
    months.month_end <= edges.last_trained as is_training,
    months.month_end between edges.first_tested and edges.last_labelled as is_test,
    months.month_end > edges.last_trained as is_later,
    months.month_end = edges.last_month as is_last
from marts.month_ends as months
cross join edges
