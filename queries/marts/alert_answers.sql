-- One row per case on an alert: the month end whose signals it answers and the level of its borrower then, when somebody
-- first acted on it, and after how many workdays of the office (9.3, 9.5); when a review of the borrower's class next
-- ended, and whether the book has such reviews at all; the numbers of the workdays of all this. Those signals are of
-- the last month end by the day on which it was opened or, if the borrower was green at it, of the end of that day's
-- month.
with cases as (
    select
        *,
        last_day(cast(date_trunc('month', opened_on + 1) - interval 1 day as date)) as month_before
    from marts.cases
    where case_type = 'ews_alert'
),

-- To raise a case, to give it to somebody, to begin or to pass it on is no act on the alert.
answers as (
    select
        events.case_id,
        cast(min(events.happened_at) as date) as answered_on
    from raw.case_events as events
    inner join cases on events.case_id = cases.case_id
    where events.event not in (
        'opened', 'created', 'raised', 'assigned', 'started', 'reopened', 'sent', 'accepted', 'returned', 'waiting'
    )
    group by events.case_id
),

class_reviews as (
    select
        borrower_id,
        closed_on
    from marts.cases
    where case_type = 'classification_review' and closed_on is not null
),

class_reviewed as (
    select
        cases.case_id,
        min(class_reviews.closed_on) as class_reviewed_on
    from cases
    inner join class_reviews
        on cases.borrower_id = class_reviews.borrower_id and cases.opened_on <= class_reviews.closed_on
    group by cases.case_id
),

signalled as (
    select
        cases.case_id,
        coalesce(
            min(case when scores.level <> 'green' then scores.month_end end), min(scores.month_end)
        ) as signalled_on
    from cases
    inner join marts.borrower_scores as scores
        on cases.borrower_id = scores.borrower_id
        and scores.month_end between cases.month_before and last_day(cases.opened_on)
    group by cases.case_id
)

select
    cases.case_id,
    cases.borrower_id,
    cases.loan_id,
    coalesce(borrowers.kind, 'unknown') as borrower_kind,
    cases.branch,
    cases.product,
    signalled.signalled_on,
    coalesce(scores.level, 'green') as level,
    cases.opened_on,
    cases.due_on,
    cases.closed_on,
    answers.answered_on,
    class_reviewed.class_reviewed_on,
    (select count(*) from class_reviews) > 0 as are_classes_reviewed,
    answered.workday_no - opened.workday_no as response_days,
    opened.workday_no as opened_workday,
    closed.workday_no as closed_workday,
    reviewed.workday_no as class_reviewed_workday
from cases
left join answers on cases.case_id = answers.case_id
left join class_reviewed on cases.case_id = class_reviewed.case_id
left join signalled on cases.case_id = signalled.case_id
left join marts.borrower_scores as scores
    on cases.borrower_id = scores.borrower_id and signalled.signalled_on = scores.month_end
left join marts.office_days as opened on cases.opened_on = opened.day
left join marts.office_days as answered on answers.answered_on = answered.day
left join marts.office_days as closed on cases.closed_on = closed.day
left join marts.office_days as reviewed on class_reviewed.class_reviewed_on = reviewed.day
left join staging.borrowers as borrowers on cases.borrower_id = borrowers.borrower_id
order by cases.opened_on, cases.case_id
