-- One row per stay of a case and month end looked at: what the workload cube counts, stay by stay (11).
with stays as (
    select *
    from scoped_case_stays_on($branches, $products, $month_end)
    where left_day > last_day($month_end - interval 3 month)
        or due_on between last_day($month_end - interval 1 month) + 1 and $month_end
),

seen as (
    select
        *,
        left_on is null or left_on > $month_end as is_open,
        (left_on is null or left_on > $month_end) and fulfilled_day > $month_end as is_owed,
        last_day(left_on) = $month_end as has_left,
        last_day(entered_on) = $month_end as has_come,
        case when entered_on > last_day($month_end - interval 3 month) then 1 else 0 end as came_3m,
        case
            when left_on > last_day($month_end - interval 3 month) and left_on <= $month_end then 1
            else 0
        end as gone_3m,
        cast($month_end as date) - last_day($month_end - interval 3 month) as days,
        $month_end - opened_on as age
    from stays
)

select
    $month_end as month_end,
    stay_id,
    case_id,
    case_type,
    department_id,
    branch,
    product,
    loan_id,
    opened_on,
    entered_on,
    due_on,
    left_on,
    left_by,
    case when closed_on <= $month_end then closed_on end as closed_on,
    owner,
    case when has_come and entered_by <> 'received' then 1 else 0 end as opened,
    case when has_come and entered_by = 'received' then 1 else 0 end as received,
    case when has_left and left_by = 'closed' then 1 else 0 end as closed,
    case when has_left and left_by = 'handed_on' then 1 else 0 end as handed_on,
    case when has_come and entered_by <> 'received' then 1 else 0 end
    - case when has_left and left_by = 'closed' then 1 else 0 end as net_flow,
    case when is_open then 1 else 0 end as backlog,
    case when is_owed and late_from <= $month_end then 1 else 0 end as overdue_open,
    case when is_owed and risk_from <= $month_end and late_from > $month_end then 1 else 0 end as at_risk,
    case when is_due_here and last_day(due_on) = $month_end then 1 else 0 end as due_in_month,
    case when is_due_here and is_breached and last_day(due_on) = $month_end then 1 else 0 end as breached_in_month,
    case when has_left and left_by = 'closed' and is_breached then 1 else 0 end as closed_late,
    case when has_left and left_by = 'closed' and due_at is not null then 1 else 0 end as closed_with_target,
    case
        when has_left and left_by = 'closed' and reopened_on - closed_on <= 30 then 1
        else 0
    end as reopened,
    case when is_open then age else 0 end as age_days_sum,
    case when is_open and age <= 3 then 1 else 0 end as age_0_3,
    case when is_open and age between 4 and 10 then 1 else 0 end as age_4_10,
    case when is_open and age between 11 and 30 then 1 else 0 end as age_11_30,
    case when is_open and age between 31 and 60 then 1 else 0 end as age_31_60,
    case when is_open and age between 61 and 90 then 1 else 0 end as age_61_90,
    case when is_open and age > 90 then 1 else 0 end as age_over_90,
    case when has_come then standard_minutes else 0 end as work_minutes,
    case when has_left and left_by = 'closed' then standard_minutes else 0 end as closed_minutes,
    case when is_open then standard_minutes else 0 end as backlog_minutes,
    case when is_open then days else 0 end as backlog_days,
    came_3m,
    gone_3m,
    gone_3m - came_3m as net_gone_3m
from seen
