-- One row per level of warning: cases on alerts opened since $first, how soon somebody acted on them, and how many were
-- closed in time of those that were due (9.3, 9.5). The level is that of the borrower at the last month end by then.
with alerts as (
    select
        cases.case_id,
        cases.borrower_id,
        cases.opened_on,
        cases.due_on,
        case when cases.closed_on <= $month_end then cases.closed_on end as closed_on
    from scoped_cases($branches, $products) as cases
    where cases.case_type = 'ews_alert' and cases.opened_on >= $first and cases.opened_on <= $month_end
),

answers as (
    select
        events.case_id,
        cast(min(events.happened_at) as date) as answered_on
    from scoped_case_events($branches, $products) as events
    semi join alerts on events.case_id = alerts.case_id
    where events.event not in ('opened', 'created', 'raised', 'assigned') and events.happened_at <= $month_end
    group by events.case_id
),

scores as (
    select
        borrower_id,
        month_end,
        level
    from scoped_borrower_scores($branches, $products)
    where month_end between cast($first as date) - 31 and $month_end
),

levelled as (
    select
        alerts.*,
        answers.answered_on,
        coalesce(scores.level, 'green') as level
    from alerts
    left join answers on alerts.case_id = answers.case_id
    left join scores
        on alerts.borrower_id = scores.borrower_id
        and scores.month_end = last_day(cast(date_trunc('month', alerts.opened_on + 1) - interval 1 day as date))
),

allowed as (
    select
        substring(param_id, 19) as level,
        max(cast(value as integer)) as days
    from book_rules()
    where starts_with(param_id, 'ews_response_days.') and $month_end between valid_from and valid_to
    group by param_id
),

-- Workdays between two days, Monday to Friday.
timed as (
    select
        levelled.*,
        allowed.days as response_sla,
        case
            when answered_on is not null then
                5 * date_diff('week', opened_on, answered_on)
                + least(isodow(answered_on), 5) - least(isodow(opened_on), 5)
        end as response_days
    from levelled
    left join allowed on levelled.level = allowed.level
)

select
    level,
    count(*) as cases,
    count(answered_on) as answered,
    median(response_days) as response_days,
    max(response_sla) as response_sla,
    count(case when response_days <= response_sla then 1 end) as answered_in_time,
    count(case when due_on <= $month_end then 1 end) as due,
    count(case when due_on <= $month_end and closed_on <= due_on then 1 end) as closed_in_time,
    count(case when due_on <= $month_end and closed_on <= due_on then 1 end)
    / nullif(count(case when due_on <= $month_end then 1 end), 0) as closure_rate
from timed
group by level
order by level
