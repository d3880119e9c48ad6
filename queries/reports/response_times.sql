-- One row per level of warning: cases on alerts opened since $first, how soon somebody acted on them, and how many were
-- closed in time of those that were due (9.3, 9.5). The level is that of the borrower at the last month end by then.
with alerts as (
    select
        level,
        due_on,
        case when closed_on <= $month_end then closed_on end as closed_on,
        case when answered_on <= $month_end then answered_on end as answered_on,
        case when answered_on <= $month_end then response_days end as response_days
    from scoped_alert_answers($branches, $products)
    where opened_on >= $first and opened_on <= $month_end
),

allowed as (
    select
        substring(param_id, 19) as level,
        max(cast(value as integer)) as days
    from book_rules()
    where starts_with(param_id, 'ews_response_days.') and $month_end between valid_from and valid_to
    group by param_id
)

select
    alerts.level,
    count(*) as cases,
    count(answered_on) as answered,
    median(response_days) as response_days,
    max(allowed.days) as response_sla,
    count(case when response_days <= allowed.days then 1 end) as answered_in_time,
    count(case when due_on <= $month_end then 1 end) as due,
    count(case when due_on <= $month_end and closed_on <= due_on then 1 end) as closed_in_time,
    count(case when due_on <= $month_end and closed_on <= due_on then 1 end)
    / nullif(count(case when due_on <= $month_end then 1 end), 0) as closure_rate
from alerts
left join allowed on alerts.level = allowed.level
group by alerts.level
order by alerts.level
