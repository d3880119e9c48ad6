-- One row per case and month end looked at: what the workload cube counts, case by case (11).
with book as (select * from book_metadata()),

cases as (
    select *
    from scoped_cases($branches, $products)
    where opened_on <= $month_end
),

seen as (
    select
        *,
        closed_on is null or closed_on > $month_end as is_open
    from cases
)

select
    $month_end as month_end,
    case_id,
    case_type,
    department_id,
    branch,
    product,
    loan_id,
    opened_on,
    due_on,
    closed_on,
    owner,
    case when last_day(opened_on) = $month_end then 1 else 0 end as opened,
    case when last_day(closed_on) = $month_end then 1 else 0 end as closed,
    case when is_open then 1 else 0 end as backlog,
    case when is_open and due_on < $month_end then 1 else 0 end as overdue_open,
    case when last_day(due_on) = $month_end then 1 else 0 end as due_in_month,
    case
        when last_day(due_on) = $month_end
            and due_on < coalesce(closed_on, (select as_of from book)) then 1
        else 0
    end as breached_in_month,
    case when is_open then $month_end - opened_on else 0 end as age_days_sum
from seen
