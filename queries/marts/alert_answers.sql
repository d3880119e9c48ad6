-- One row per case on an alert: the level of its borrower at the last month end by then, when somebody first acted on it,
-- and after how many workdays, Monday to Friday (9.3, 9.5).
with answers as (
    select
        case_id,
        cast(min(happened_at) as date) as answered_on
    from raw.case_events
    where event not in ('opened', 'created', 'raised', 'assigned')
    group by case_id
)

select
    cases.case_id,
    cases.borrower_id,
    cases.loan_id,
    cases.owner,
    cases.branch,
    cases.product,
    coalesce(scores.level, 'green') as level,
    cases.opened_on,
    cases.due_on,
    cases.closed_on,
    answers.answered_on,
    -- From Monday to Monday: date_diff by the week counts whole weeks, and would lose one.
    cast(
        date_diff('day', date_trunc('week', cases.opened_on), date_trunc('week', answers.answered_on)) * 5 / 7
        as bigint
    )
    + least(isodow(answers.answered_on), 5) - least(isodow(cases.opened_on), 5) as response_days
from marts.cases as cases
left join answers on cases.case_id = answers.case_id
left join marts.borrower_scores as scores
    on cases.borrower_id = scores.borrower_id
    and scores.month_end = last_day(cast(date_trunc('month', cases.opened_on + 1) - interval 1 day as date))
where cases.case_type = 'ews_alert'
order by cases.opened_on, cases.case_id
