-- One row per case of a department and day on which something of it is told (10, 11.1, 16, 17): that it came, was due,
-- answered, closed, or what came of it. What takes days to tell is told on the day on which those days have passed.
-- It counts for `span` months; every figure sums two of the columns, the others are empty. What is set against something is
-- 0 there, not empty, or a month of questions without an answer would have no share of answers.
with rules as (
    select
        max(case when param_id = 'recontact_days' then cast(value as integer) end) as recontact_days,
        max(case when param_id = 'repeat_complaint_days' then cast(value as integer) end) as repeat_days,
        max(case when param_id = 'assist_cure_days' then cast(value as integer) end) as assist_days
    from staging.parameters
),

stays as (
    select
        stay_id,
        stay,
        department_id,
        case_type,
        case_id,
        loan_id,
        borrower_id,
        branch,
        product,
        owner,
        opened_on,
        due_on,
        due_at,
        closed_on,
        closed_at,
        reopened_on,
        outcome as subject,
        elapsed_minutes,
        left_by = 'closed' as is_closed_here,
        is_due_here,
        not is_breached as is_on_time
    from marts.case_stays
),

-- What was done with a case, the first time.
done as (
    select
        case_id,
        min(case when event in ('report', 'evidence', 'valued', 'visit') then happened_at end) as proven_at,
        min(case when event = 'plan' then happened_at end) as planned_at,
        min(case when event = 'second_check' then happened_at end) as checked_at
    from marts.case_events
    where event in ('report', 'evidence', 'valued', 'visit', 'plan', 'second_check')
        and case_type in (
            'post_loan_inspection', 'repayment_source_check', 'collateral_inspection', 'default_case', 'data_maintenance'
        )
    group by case_id
),

-- The step that a duty is judged by, the first time, with who had the case then: the notice of a claim called in early, the
-- letter of a breach, misuse rectified, a change approved.
steps as (
    select
        case_id,
        min(happened_at) as happened_at
    from marts.case_events
    where (case_type = 'accelerate_claim' and event = 'notice')
        or (case_type = 'breach_pursuit' and event = 'letter')
        or (case_type = 'misuse_investigation' and event = 'rectified')
        or (case_type in ('schedule_change', 'terms_adjust') and event = 'approval')
    group by case_id
),

stepped as (
    select
        cast(steps.happened_at as date) as happened_on,
        case when stays.case_type in ('accelerate_claim', 'misuse_investigation') then 12 else 1 end as span,
        stays.stay_id || ' step' as row_id,
        stays.stay_id,
        stays.case_type,
        stays.loan_id,
        date_diff('day', stays.opened_on, cast(steps.happened_at as date)) as days
    from steps
    inner join marts.case_stays as stays
        on steps.case_id = stays.case_id
        and steps.happened_at >= stays.entered_at
        and steps.happened_at < coalesce(stays.left_at, timestamp '9999-12-31')
),

-- What a notice calls due is what the loan owed at the month end before it, all principal and the interest past due.
stepped_cases as (
    select
        stepped.happened_on,
        stepped.span,
        stepped.row_id,
        stepped.stay_id,
        case when stepped.case_type = 'accelerate_claim' then stepped.days end as notice_days,
        case when stepped.case_type = 'breach_pursuit' then stepped.days end as letter_days,
        case when stepped.case_type = 'misuse_investigation' then stepped.days end as rectify_days,
        case when stepped.case_type in ('schedule_change', 'terms_adjust') then stepped.days end as approval_days,
        cast(months.balance + coalesce(months.overdue_interest, 0) as decimal(18, 2)) as called_amount
    from stepped
    left join marts.loan_months as months
        on stepped.case_type = 'accelerate_claim'
        and stepped.loan_id = months.loan_id
        and last_day(cast(stepped.happened_on - interval 1 month as date)) = months.month_end
        and months.status = 'active'
),

-- One column per kind of work says what the figure counts, so that a row is read once for all of them; what is said of
-- work that was in time is 1 or 0 for any of them.
due as (
    select
        stays.due_on as happened_on,
        1 as span,
        stays.stay_id as row_id,
        stays.stay_id,
        case
            when stays.case_type = 'risk_file_update' then 'review'
            when stays.case_type in ('post_loan_inspection', 'repayment_source_check', 'collateral_inspection')
                then 'inspection'
            when stays.case_type in ('strategy_plan', 'post_loan_plan') then 'action'
            when stays.case_type in ('risk_report', 'audit_engagement') then 'report'
            else stays.case_type
        end as work,
        case when stays.is_on_time then 1 else 0 end as on_time,
        case when stays.is_on_time and done.proven_at <= stays.due_at then 1 else 0 end as proven,
        case when stays.is_on_time and stays.closed_at is not null and stays.subject <> 'lapsed' then 1 else 0 end
            as carried_out,
        case when stays.is_on_time and stays.subject = 'passed' then 1 else 0 end as passed
    from stays
    left join done on stays.case_id = done.case_id
    where stays.is_due_here
        and stays.case_type in (
            'risk_file_update', 'post_loan_inspection', 'repayment_source_check',
            'collateral_inspection', 'use_of_funds_check', 'strategy_plan', 'post_loan_plan', 'risk_report',
            'audit_engagement', 'ews_alert', 'complaint', 'training', 'cash_recon'
        )
),

due_cases as (
    select
        happened_on,
        span,
        row_id,
        stay_id,
        case when work = 'review' then 1 end as review_due_count,
        case when work = 'review' then on_time end as review_on_time_count,
        case when work = 'use_of_funds_check' then 1 end as use_check_due_count,
        case when work = 'use_of_funds_check' then on_time end as use_check_on_time_count,
        case when work = 'inspection' then 1 end as inspection_due_count,
        case when work = 'inspection' then proven end as inspection_proven_count,
        case when work = 'action' then 1 end as action_due_count,
        case when work = 'action' then carried_out end as action_done_count,
        case when work = 'report' then 1 end as report_due_count,
        case when work = 'report' then on_time end as report_on_time_count,
        case when work = 'ews_alert' then 1 end as alert_due_count,
        case when work = 'ews_alert' then on_time end as alert_on_time_count,
        case when work = 'complaint' then 1 end as complaint_due_count,
        case when work = 'complaint' then on_time end as complaint_on_time_count,
        case when work = 'training' then 1 end as training_due_count,
        case when work = 'training' then passed end as training_passed_count,
        case when work = 'cash_recon' then 1 end as recon_due_count,
        case when work = 'cash_recon' then on_time end as recon_on_time_count
    from due
),

closed as (
    select
        stays.*,
        cast(done.planned_at as date) as planned_on,
        done.checked_at,
        levels.day_minutes
    from stays
    left join done on stays.case_id = done.case_id
    cross join (select max(day_minutes) as day_minutes from marts.working_days where calendar_id = 'office') as levels
    where stays.is_closed_here
        and stays.case_type in (
            'risk_assessment_report', 'dispute', 'risk_report', 'change_request', 'model_change', 'legal_opinion',
            'legal_support', 'default_case', 'complaint', 'outreach', 'account_ops', 'pre_due_reminder', 'field_visit',
            'vacancy', 'credit_review', 'data_maintenance', 'doc_inventory'
        )
),

closed_cases as (
    select
        closed_on as happened_on,
        case when case_type in ('dispute', 'model_change') then 12 else 1 end as span,
        stay_id || ' closed' as row_id,
        stay_id,
        case when case_type = 'risk_assessment_report' then 1 end as assessed_count,
        case
            when case_type = 'risk_assessment_report'
                then case
                    when subject = 'reworked' or date_diff('day', closed_on, reopened_on) <= 30 then 1
                    else 0
                end
        end as reworked_count,
        case when case_type = 'dispute' then case when subject = 'settled' then 1 else 0 end end as settled_count,
        case when case_type = 'dispute' then 1 end as disputes_count,
        case when case_type = 'risk_report' then case when reopened_on is not null then 1 else 0 end end
            as restated_count,
        case when case_type = 'change_request' then case when subject = 'rolled_back' then 1 else 0 end end
            as failed_change_count,
        case when case_type = 'change_request' then 1 end as change_count,
        case
            when case_type in ('legal_opinion', 'legal_support') then cast(elapsed_minutes as double) / day_minutes
        end as answer_days,
        case
            when case_type in ('change_request', 'model_change') and subject = 'released'
                then date_diff('day', opened_on, closed_on)
        end as lead_days,
        case when case_type = 'default_case' then date_diff('day', opened_on, planned_on) end as plan_days,
        case when case_type = 'complaint' then 1 end as complaint_closed_count,
        case when case_type = 'complaint' then case when subject = 'upheld' then 1 else 0 end end
            as complaint_upheld_count,
        case when case_type = 'outreach' then 1 end as outreach_closed_count,
        case when case_type = 'outreach' then case when subject = 'reached' then 1 else 0 end end
            as outreach_reached_count,
        case when case_type = 'account_ops' then 1 end as operation_count,
        case when case_type = 'account_ops' then case when subject = 'reversed' then 1 else 0 end end
            as operation_error_count,
        case when case_type = 'pre_due_reminder' then 1 end as reminder_closed_count,
        case when case_type = 'pre_due_reminder' then case when subject = 'delivered' then 1 else 0 end end
            as reminder_delivered_count,
        case when case_type = 'field_visit' then 1 end as visit_closed_count,
        case when case_type = 'field_visit' then case when subject = 'promise' then 1 else 0 end end
            as visit_promise_count,
        case when case_type = 'credit_review' and subject is not null then 1 end as rated_count,
        case
            when case_type = 'credit_review' and subject is not null
                then case when subject in ('upgraded', 'downgraded') then 1 else 0 end
        end as rerated_count,
        case when case_type = 'data_maintenance' and checked_at is not null then 1 end as change_checked_count,
        case
            when case_type = 'data_maintenance' and checked_at is not null
                then case when subject = 'corrected' then 1 else 0 end
        end as change_wrong_count,
        case when case_type = 'doc_inventory' then 1 end as inventory_count,
        case when case_type = 'doc_inventory' then case when subject = 'originals_missing' then 1 else 0 end end
            as inventory_short_count,
        case when case_type = 'vacancy' and subject = 'filled' then date_diff('day', opened_on, closed_on) end
            as fill_days
    from closed
),

visits as (
    select
        visits.*,
        cast(visits.closed_on + rules.recontact_days * interval 1 day as date) as recontact_until,
        cast(visits.closed_on + rules.assist_days * interval 1 day as date) as assist_until,
        date_diff('day', visits.opened_before, visits.opened_on) <= rules.repeat_days as is_repeated
    from intermediate.service_visits as visits
    cross join rules
),

received as (
    select
        opened_on as happened_on,
        1 as span,
        first_stay_id || ' received' as row_id,
        first_stay_id as stay_id,
        1 as complaint_received_count,
        case when is_repeated then 1 else 0 end as complaint_repeated_count
    from visits
    where case_type = 'complaint'
),

solved as (
    select
        visits.recontact_until as happened_on,
        1 as span,
        visits.stay_id || ' solved' as row_id,
        visits.stay_id,
        1 as solved_count,
        case
            when coalesce(visits.opened_next <= visits.recontact_until, false) then 0
            when coalesce(visits.reopened_on <= visits.recontact_until, false) then 0
            else 1
        end as solved_once_count
    from visits
    inner join stays on visits.stay_id = stays.stay_id
    where visits.case_type = 'inquiry' and stays.is_closed_here and stays.subject = 'solved'
),

assisted as (
    select
        visits.assist_until as happened_on,
        1 as span,
        visits.stay_id || ' assisted' as row_id,
        visits.stay_id,
        1 as assisted_count,
        case when visits.cured_on <= visits.assist_until then 1 else 0 end as assisted_cured_count
    from visits
    inner join stays on visits.stay_id = stays.stay_id
    where visits.case_type = 'borrower_assist' and stays.is_closed_here
),

-- A case is answered once: for the department that opened it. A customer is asked about the one that closed it.
ends as (
    select
        case_id,
        arg_min(stay_id, stay) as first_stay_id,
        coalesce(arg_max(case when is_closed_here then stay_id end, stay), arg_min(stay_id, stay)) as asked_stay_id
    from stays
    group by case_id
),

replied as (
    select
        replies.told_on as happened_on,
        1 as span,
        ends.first_stay_id || ' replied' as row_id,
        ends.first_stay_id as stay_id,
        case when replies.target_minutes is not null then 1 end as reply_due_count,
        case when replies.target_minutes is not null then case when replies.is_in_time then 1 else 0 end end
            as reply_in_time_count,
        replies.reply_minutes
    from intermediate.case_replies as replies
    inner join ends on replies.case_id = ends.case_id
    where replies.told_on is not null
),

asked as (
    select
        surveys.sent_on as happened_on,
        1 as span,
        surveys.survey_id || ' sent' as row_id,
        ends.asked_stay_id as stay_id,
        1 as survey_sent_count,
        0 as survey_answered_count
    from raw.surveys as surveys
    inner join ends on surveys.case_id = ends.case_id
),

answered as (
    select
        surveys.answered_on as happened_on,
        1 as span,
        surveys.survey_id || ' answered' as row_id,
        ends.asked_stay_id as stay_id,
        case when surveys.satisfaction is not null then 1 end as survey_answered_count,
        case when surveys.satisfaction is not null then case when surveys.satisfaction >= 4 then 1 else 0 end end
            as survey_satisfied_count,
        case when surveys.recommend is not null then 1 end as recommend_answered_count,
        case when surveys.recommend >= 9 then 1 when surveys.recommend <= 6 then -1 when surveys.recommend >= 7 then 0 end
            as recommend_net_count
    from raw.surveys as surveys
    inner join ends on surveys.case_id = ends.case_id
    where surveys.answered_on is not null
),

-- A contract case stands at each month end at which a department has it: with its contract not signed by then, or one
-- whose last instalment has fallen due.
signed as (
    select
        case_id,
        min(cast(happened_at as date)) as signed_on
    from marts.case_events
    where case_type = 'contract_lifecycle' and event = 'signed'
    group by case_id
),

standing as (
    select
        months.month_end as happened_on,
        1 as span,
        stays.stay_id || ' standing' as row_id,
        stays.stay_id,
        case
            when signed.signed_on is null or signed.signed_on > months.month_end then 1
            when claims.last_due_on <= months.month_end then 1
            else 0
        end as contract_lacking_count
    from marts.case_stays as stays
    inner join marts.month_ends as months
        on stays.entered_on <= months.month_end
        and (stays.left_on is null or stays.left_on > months.month_end)
    left join signed on stays.case_id = signed.case_id
    left join intermediate.claims as claims on stays.loan_id = claims.loan_id
    where stays.case_type = 'contract_lifecycle'
),

told as (
    select * from due_cases
    union all by name
    select * from closed_cases
    union all by name
    select * from stepped_cases
    union all by name
    select * from standing
    union all by name
    select * from received
    union all by name
    select * from solved
    union all by name
    select * from assisted
    union all by name
    select * from replied
    union all by name
    select * from asked
    union all by name
    select * from answered
)

select
    told.* exclude (stay_id),
    stays.department_id,
    stays.case_type,
    stays.case_id,
    stays.loan_id,
    stays.borrower_id,
    stays.branch,
    stays.product,
    stays.owner,
    stays.opened_on,
    stays.due_on,
    stays.closed_on,
    stays.subject
from told
inner join stays on told.stay_id = stays.stay_id
