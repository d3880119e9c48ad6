-- One row per stay of a case and month end at which it counts for one of the figures by which duties are judged (11.1, 16,
-- 17): 1 in the columns that it counts in. What takes days to tell is told in the month in which those days have passed.
with rules as (
    select
        max(case when param_id = 'recontact_days' then cast(value as integer) end) as recontact_days,
        max(case when param_id = 'repeat_complaint_days' then cast(value as integer) end) as repeat_days,
        max(case when param_id = 'assist_cure_days' then cast(value as integer) end) as assist_days
    from staging.parameters
),

stays as (select * from marts.case_stays),

visits as (
    select
        visits.*,
        cast(visits.closed_on + rules.recontact_days * interval 1 day as date) as recontact_until,
        cast(visits.closed_on + rules.assist_days * interval 1 day as date) as assist_until,
        date_diff('day', visits.opened_before, visits.opened_on) <= rules.repeat_days as is_repeated
    from intermediate.service_visits as visits
    cross join rules
),

closed as (
    select
        *,
        closed_on as told_on
    from stays
    where left_by = 'closed'
),

due as (
    select
        *,
        due_on as told_on
    from stays
    where is_due_here
),

-- A case is answered once: for the department that opened it. A customer is asked about the one that closed it.
ends as (
    select
        case_id,
        min(stay) as first_stay,
        max(case when left_by = 'closed' then stay end) as last_stay
    from stays
    group by case_id
),

replies as (
    select
        stays.stay_id,
        replies.told_on,
        replies.is_in_time,
        replies.target_minutes is not null as has_target
    from intermediate.case_replies as replies
    inner join ends on replies.case_id = ends.case_id
    inner join stays on ends.case_id = stays.case_id and ends.first_stay = stays.stay
    where replies.told_on is not null
),

surveys as (
    select
        stays.stay_id,
        surveys.sent_on,
        surveys.answered_on,
        surveys.satisfaction,
        surveys.recommend
    from raw.surveys as surveys
    inner join ends on surveys.case_id = ends.case_id
    inner join stays on ends.case_id = stays.case_id and coalesce(ends.last_stay, ends.first_stay) = stays.stay
),

marks as (
    select first_stay_id as stay_id, opened_on as told_on, 'complaint_received' as mark
    from visits
    where case_type = 'complaint'
    union all
    select first_stay_id, opened_on, 'complaint_repeated'
    from visits
    where case_type = 'complaint' and is_repeated
    union all
    select stay_id, told_on, 'complaint_due'
    from due
    where case_type = 'complaint'
    union all
    select stay_id, told_on, 'complaint_on_time'
    from due
    where case_type = 'complaint' and not is_breached
    union all
    select stay_id, told_on, 'complaint_closed'
    from closed
    where case_type = 'complaint'
    union all
    select stay_id, told_on, 'complaint_upheld'
    from closed
    where case_type = 'complaint' and outcome = 'upheld'
    union all
    select visits.stay_id, visits.recontact_until, 'solved'
    from visits
    inner join closed on visits.stay_id = closed.stay_id
    where visits.case_type = 'inquiry' and closed.outcome = 'solved'
    union all
    select visits.stay_id, visits.recontact_until, 'solved_once'
    from visits
    inner join closed on visits.stay_id = closed.stay_id
    where visits.case_type = 'inquiry'
        and closed.outcome = 'solved'
        and (visits.opened_next is null or visits.opened_next > visits.recontact_until)
        and (visits.reopened_on is null or visits.reopened_on > visits.recontact_until)
    union all
    select stay_id, told_on, 'reply_due'
    from replies
    where has_target
    union all
    select stay_id, told_on, 'reply_in_time'
    from replies
    where has_target and is_in_time
    union all
    select stay_id, sent_on, 'survey_sent'
    from surveys
    union all
    select stay_id, answered_on, 'survey_answered'
    from surveys
    where satisfaction is not null
    union all
    select stay_id, answered_on, 'survey_satisfied'
    from surveys
    where satisfaction >= 4
    union all
    select stay_id, answered_on, 'recommend_answered'
    from surveys
    where recommend is not null
    union all
    select stay_id, answered_on, 'promoter'
    from surveys
    where recommend >= 9
    union all
    select stay_id, answered_on, 'detractor'
    from surveys
    where recommend <= 6
    union all
    select stay_id, told_on, 'outreach_closed'
    from closed
    where case_type = 'outreach'
    union all
    select stay_id, told_on, 'outreach_reached'
    from closed
    where case_type = 'outreach' and outcome = 'reached'
    union all
    select visits.stay_id, visits.assist_until, 'assisted'
    from visits
    inner join closed on visits.stay_id = closed.stay_id
    where visits.case_type = 'borrower_assist'
    union all
    select visits.stay_id, visits.assist_until, 'assisted_cured'
    from visits
    inner join closed on visits.stay_id = closed.stay_id
    where visits.case_type = 'borrower_assist' and visits.cured_on <= visits.assist_until
    union all
    select stay_id, told_on, 'training_due'
    from due
    where case_type = 'training'
    union all
    select stay_id, told_on, 'training_passed'
    from due
    where case_type = 'training' and outcome = 'passed' and not is_breached
    union all
    select stay_id, told_on, 'recon_due'
    from due
    where case_type = 'cash_recon'
    union all
    select stay_id, told_on, 'recon_on_time'
    from due
    where case_type = 'cash_recon' and not is_breached
    union all
    select stay_id, told_on, 'operation'
    from closed
    where case_type = 'account_ops'
    union all
    select stay_id, told_on, 'operation_error'
    from closed
    where case_type = 'account_ops' and outcome = 'reversed'
    union all
    select stay_id, told_on, 'reminder_closed'
    from closed
    where case_type = 'pre_due_reminder'
    union all
    select stay_id, told_on, 'reminder_delivered'
    from closed
    where case_type = 'pre_due_reminder' and outcome = 'delivered'
    union all
    select stay_id, told_on, 'visit_closed'
    from closed
    where case_type = 'field_visit'
    union all
    select stay_id, told_on, 'visit_promise'
    from closed
    where case_type = 'field_visit' and outcome = 'promise'
)

select
    last_day(marks.told_on) as month_end,
    marks.stay_id,
    stays.case_id,
    stays.case_type,
    stays.department_id,
    stays.branch,
    stays.product,
    stays.loan_id,
    stays.borrower_id,
    stays.opened_on,
    stays.due_on,
    stays.closed_on,
    stays.owner,
    stays.outcome,
    sum(case when marks.mark = 'complaint_received' then 1 else 0 end) as complaint_received,
    sum(case when marks.mark = 'complaint_repeated' then 1 else 0 end) as complaint_repeated,
    sum(case when marks.mark = 'complaint_due' then 1 else 0 end) as complaint_due,
    sum(case when marks.mark = 'complaint_on_time' then 1 else 0 end) as complaint_on_time,
    sum(case when marks.mark = 'complaint_closed' then 1 else 0 end) as complaint_closed,
    sum(case when marks.mark = 'complaint_upheld' then 1 else 0 end) as complaint_upheld,
    sum(case when marks.mark = 'solved' then 1 else 0 end) as solved,
    sum(case when marks.mark = 'solved_once' then 1 else 0 end) as solved_once,
    sum(case when marks.mark = 'reply_due' then 1 else 0 end) as reply_due,
    sum(case when marks.mark = 'reply_in_time' then 1 else 0 end) as reply_in_time,
    sum(case when marks.mark = 'survey_sent' then 1 else 0 end) as survey_sent,
    sum(case when marks.mark = 'survey_answered' then 1 else 0 end) as survey_answered,
    sum(case when marks.mark = 'survey_satisfied' then 1 else 0 end) as survey_satisfied,
    sum(case when marks.mark = 'recommend_answered' then 1 else 0 end) as recommend_answered,
    sum(case marks.mark when 'promoter' then 1 when 'detractor' then -1 else 0 end) as recommend_net,
    sum(case when marks.mark = 'outreach_closed' then 1 else 0 end) as outreach_closed,
    sum(case when marks.mark = 'outreach_reached' then 1 else 0 end) as outreach_reached,
    sum(case when marks.mark = 'assisted' then 1 else 0 end) as assisted,
    sum(case when marks.mark = 'assisted_cured' then 1 else 0 end) as assisted_cured,
    sum(case when marks.mark = 'training_due' then 1 else 0 end) as training_due,
    sum(case when marks.mark = 'training_passed' then 1 else 0 end) as training_passed,
    sum(case when marks.mark = 'recon_due' then 1 else 0 end) as recon_due,
    sum(case when marks.mark = 'recon_on_time' then 1 else 0 end) as recon_on_time,
    sum(case when marks.mark = 'operation' then 1 else 0 end) as operation,
    sum(case when marks.mark = 'operation_error' then 1 else 0 end) as operation_error,
    sum(case when marks.mark = 'reminder_closed' then 1 else 0 end) as reminder_closed,
    sum(case when marks.mark = 'reminder_delivered' then 1 else 0 end) as reminder_delivered,
    sum(case when marks.mark = 'visit_closed' then 1 else 0 end) as visit_closed,
    sum(case when marks.mark = 'visit_promise' then 1 else 0 end) as visit_promise
from marks
inner join stays on marks.stay_id = stays.stay_id
cross join raw.build as build
where last_day(marks.told_on) <= build.as_of
group by
    last_day(marks.told_on),
    marks.stay_id,
    stays.case_id,
    stays.case_type,
    stays.department_id,
    stays.branch,
    stays.product,
    stays.loan_id,
    stays.borrower_id,
    stays.opened_on,
    stays.due_on,
    stays.closed_on,
    stays.owner,
    stays.outcome
order by month_end, marks.stay_id
