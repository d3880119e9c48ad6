-- One row per step of the contact strategy that counts at the month end: with its day in the month, or past its day and still
-- open then (section 10, D1 and D2b).
with counted as (
    select
        *,
        due_by < $month_end and coalesce(least(done_on, ended_on), date '9999-12-31') > $month_end as is_overdue
    from scoped_contact_steps($branches, $products)
    where month_end <= $month_end
)

select
    $month_end as month_end,
    step_row_id,
    loan_id,
    borrower_id,
    branch,
    product,
    step_id,
    of_product,
    due_on,
    due_by,
    case when done_on <= $month_end then done_on end as done_on,
    case when done_on <= $month_end then done_channel end as done_channel,
    case when done_on <= $month_end then case_id end as case_id,
    case when month_end = $month_end then step_state else 'open' end as step_state,
    case when month_end = $month_end then due_count else 0 end as due_count,
    case when month_end = $month_end then in_time_count else 0 end as in_time_count,
    case when is_overdue then 1 else 0 end as overdue_count
from counted
where month_end = $month_end or is_overdue
