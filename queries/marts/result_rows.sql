-- One row per thing that a department's figure counts and month end at which it counts (10, 11.1, 12.2, 13, 16, 17): a case
-- that was due, answered or closed, a title, a disposal, an incident. What happens seldom counts for the twelve months after (`span`), what
-- stands at a month end at each one while it stands. Every figure sums two of the columns; the others are empty.
with months as (select month_end from marts.month_ends),

rules as (
    select
        max(case when param_id = 'agency_liquidation_days' then cast(value as integer) end) as agency_days,
        max(case when param_id = 'call_given_up_seconds' then cast(value as integer) end) as given_up_seconds
    from staging.parameters
),

-- What was sent in a month, as it stood at its end.
sent as (
    select
        sent_on as happened_on,
        1 as span,
        hand_over_id || ' sent' as row_id,
        from_department_id as department_id,
        case_type,
        case_id,
        loan_id,
        branch,
        product,
        case when answered_on <= last_day(sent_on) then outcome else 'open' end as subject,
        1 as sent_count,
        case when outcome = 'returned' and answered_on <= last_day(sent_on) then 1 else 0 end as bounced_count
    from marts.hand_overs
),

accepted as (
    select
        answered_on as happened_on,
        1 as span,
        hand_over_id || ' accepted' as row_id,
        from_department_id as department_id,
        case_type,
        case_id,
        loan_id,
        branch,
        product,
        'accepted' as subject,
        cast(wait_minutes as double) / 60 as wait_hours
    from marts.hand_overs
    where outcome = 'accepted'
),

tried as (
    select
        effective_on as happened_on,
        12 as span,
        proceeding_id || ' decided' as row_id,
        case kind when 'arbitration' then 'arbitration' else 'litigation' end as case_type,
        loan_id,
        branch,
        product,
        outcome as subject,
        claimed as claimed_amount,
        upheld as upheld_amount
    from marts.proceedings
    where effective_on is not null and outcome in ('won', 'partly_won', 'lost')
),

referred as (
    select
        filed_on as happened_on,
        12 as span,
        proceeding_id || ' filed' as row_id,
        case kind when 'arbitration' then 'arbitration' else 'litigation' end as case_type,
        loan_id,
        branch,
        product,
        kind as subject,
        date_diff('day', npl_on, filed_on) as referral_days
    from marts.proceedings
    where npl_on is not null
),

staged as (
    select
        left_on as happened_on,
        12 as span,
        event_id || ' stage' as row_id,
        'dispute' as case_type,
        loan_id,
        branch,
        product,
        stage as subject,
        date_diff('day', entered_on, left_on) as stage_days
    from marts.legal_stages
    where left_on is not null
),

money as (
    select
        events.happened_on,
        12 as span,
        events.event_id || ' money' as row_id,
        'litigation' as case_type,
        events.loan_id,
        events.kind as subject,
        case events.kind when 'fee' then events.amount when 'fee_recovered' then -events.amount else 0 end as cost_amount,
        case when events.kind = 'cash' then events.amount else 0 end as legal_cash_amount
    from raw.legal_events as events
    where events.kind in ('cash', 'fee', 'fee_recovered')
),

-- Titles of twelve months with what came in on them, and what is in enforcement: as they stood at each month end.
title_cash as (
    select
        proceedings.proceeding_id,
        months.month_end,
        coalesce(sum(events.amount), 0) as cash
    from marts.proceedings as proceedings
    inner join months on proceedings.effective_on <= months.month_end
    left join raw.legal_events as events
        on proceedings.proceeding_id = events.proceeding_id
        and events.kind = 'cash'
        and events.happened_on <= months.month_end
    where proceedings.upheld > 0
    group by proceedings.proceeding_id, months.month_end
),

titles as (
    select
        title_cash.month_end as happened_on,
        1 as span,
        titles.proceeding_id || ' title' as row_id,
        'litigation' as case_type,
        titles.loan_id,
        titles.branch,
        titles.product,
        cast(year(titles.effective_on) as varchar) as subject,
        titles.upheld as title_amount,
        least(title_cash.cash, titles.upheld) as title_cash_amount
    from title_cash
    inner join marts.proceedings as titles on title_cash.proceeding_id = titles.proceeding_id
    where titles.effective_on > cast(title_cash.month_end - interval 12 month as date)
),

enforced as (
    select
        title_cash.month_end as happened_on,
        1 as span,
        titles.proceeding_id || ' enforced' as row_id,
        'enforcement' as case_type,
        titles.loan_id,
        titles.branch,
        titles.product,
        case when titles.enforcement_ended_on <= title_cash.month_end then titles.enforcement_ending else 'open' end
            as subject,
        greatest(titles.upheld - title_cash.cash, 0) as enforced_amount,
        case
            when titles.enforcement_ending = 'terminated_round' and titles.enforcement_ended_on <= title_cash.month_end
                then greatest(titles.upheld - title_cash.cash, 0)
            else 0
        end as terminated_amount
    from title_cash
    inner join marts.proceedings as titles on title_cash.proceeding_id = titles.proceeding_id
    where titles.enforcement_filed_on <= title_cash.month_end
        and not coalesce(
            titles.enforcement_ended_on <= title_cash.month_end and titles.enforcement_ending <> 'terminated_round', false
        )
),

reviewed as (
    select
        months.month_end as happened_on,
        1 as span,
        reviews.review_id || ' review' as row_id,
        'contract_validity_check' as case_type,
        reviews.loan_id,
        max(defects.code) as subject,
        1 as reviewed_count,
        max(
            case
                when defects.defect_id is not null
                    and (defects.remedied_on is null or defects.remedied_on > months.month_end) then 1
                else 0
            end
        ) as defective_count,
        -- Of a contract its worst open defect counts.
        max(
            case
                when defects.defect_id is not null
                    and (defects.remedied_on is null or defects.remedied_on > months.month_end)
                    then cast(weights.value as decimal(18, 4))
                else 0
            end
        ) as defective_weight
    from raw.contract_reviews as reviews
    inner join months
        on reviews.reviewed_on <= months.month_end
        and reviews.reviewed_on > cast(months.month_end - interval 12 month as date)
    left join raw.contract_defects as defects on reviews.review_id = defects.review_id
    left join staging.parameters as weights
        on weights.param_id = concat('defect_weight.', coalesce(defects.severity, 'medium'))
        and months.month_end between weights.valid_from and coalesce(weights.valid_to, date '9999-12-31')
    group by reviews.review_id, reviews.loan_id, months.month_end
),

realised as (
    select
        coalesce(disposals.sold_on, disposals.resold_on) as happened_on,
        12 as span,
        disposals.disposal_id || ' sold' as row_id,
        'collateral_disposal' as case_type,
        disposals.loan_id,
        coalesce(disposals.way, 'unknown') as subject,
        date_diff('day', disposals.defaulted_on, coalesce(disposals.sold_on, disposals.resold_on)) as disposal_days,
        coalesce(disposals.proceeds, disposals.resold_for, 0) - coalesce(disposals.cost, 0) as realised_amount,
        disposals.appraised as appraised_amount
    from raw.disposals as disposals
    where disposals.sold_on is not null or disposals.resold_on is not null
),

kept as (
    select
        months.month_end as happened_on,
        1 as span,
        disposals.disposal_id || ' kept' as row_id,
        'collateral_disposal' as case_type,
        disposals.loan_id,
        coalesce(disposals.asset_kind, 'property') as subject,
        coalesce(disposals.acquired_value, 0) as foreclosed_amount,
        case
            when cast(disposals.acquired_on + interval 2 year as date) < months.month_end
                then coalesce(disposals.acquired_value, 0)
            else 0
        end as foreclosed_late_amount,
        case when cast(disposals.acquired_on + interval 2 year as date) < months.month_end then 1 else 0 end
            as foreclosed_late_count
    from raw.disposals as disposals
    inner join months
        on disposals.acquired_on <= months.month_end
        and (disposals.resold_on is null or disposals.resold_on > months.month_end)
    where coalesce(disposals.asset_kind, 'property') <> 'other'
),

settled as (
    select
        paid_on as happened_on,
        12 as span,
        settlement_id || ' settled' as row_id,
        'settlement' as case_type,
        loan_id,
        approved_by as subject,
        claim as settled_claim_amount,
        claim - paid as forgiven_amount
    from raw.settlements
    where paid_on is not null and approved_on is not null
),

checked as (
    select
        checked_on as happened_on,
        1 as span,
        check_id || ' checked' as row_id,
        'use_of_funds_check' as case_type,
        loan_id,
        result as subject,
        1 as checked_count,
        case when result in ('misused', 'speculation') then 1 else 0 end as misused_count,
        case when result in ('misused', 'speculation') then coalesce(misused_amount, 0) else 0 end as misused_amount
    from raw.fund_uses
    where checked_on is not null and result is not null
),

-- The restructured of a month are judged twelve months later; a quarter's page counts the same loans.
restructured as (
    select
        mature_on as happened_on,
        12 as span,
        min(restructure_id) || ' mature' as row_id,
        'schedule_change' as case_type,
        loan_id,
        min(kind) as subject,
        1 as mature_count,
        max(case when redefaulted_on is not null then 1 else 0 end) as redefaulted_count
    from marts.restructures
    where coalesce(is_difficulty, true)
    group by mature_on, loan_id
),

-- Rates and terms that were changed: what that does to a year's interest on what was lent, where both rates are known, and
-- whether anybody said if the borrower was in difficulty and, if so, why.
adjusted as (
    select
        restructured_on as happened_on,
        12 as span,
        restructure_id || ' adjusted' as row_id,
        'terms_adjust' as case_type,
        loan_id,
        branch,
        product,
        kind as subject,
        1 as adjusted_count,
        case when is_difficulty is null or (is_difficulty and reason is null) then 1 else 0 end as untested_count,
        case when rate_after is not null and rate_before is not null then balance_before end as repriced_amount,
        cast(round(balance_before * (rate_after - rate_before), 2) as decimal(18, 2)) as yield_amount
    from marts.restructures
),

-- A review of a borrower's credit is told on the day on which its cycle asks for it, and at each month end at which it is past
-- due, by then not done and the borrower still on the book.
reviews as (
    select
        due_on as happened_on,
        1 as span,
        concat(borrower_id, ' review since ', since) as row_id,
        'credit_review' as case_type,
        borrower_id,
        branch,
        product,
        case_id,
        since as opened_on,
        due_on,
        reviewed_on as closed_on,
        cycle_months,
        cycle_source,
        1 as review_due_count,
        case when is_on_time then 1 else 0 end as review_on_time_count
    from marts.credit_reviews
),

reviews_open as (
    select
        months.month_end as happened_on,
        1 as span,
        concat(reviews.borrower_id, ' unreviewed since ', reviews.since) as row_id,
        'credit_review' as case_type,
        reviews.borrower_id,
        reviews.branch,
        reviews.product,
        reviews.since as opened_on,
        reviews.due_on,
        reviews.cycle_months,
        reviews.cycle_source,
        1 as review_late_count
    from marts.credit_reviews as reviews
    inner join marts.borrower_months as months
        on reviews.borrower_id = months.borrower_id
        and reviews.due_on < months.month_end
        and (reviews.ended_on is null or reviews.ended_on > months.month_end)
    where months.is_on_book
),

-- An original that was lent out is told on the day by which it is to be back, and at each month end at which it is out
-- longer than that.
lent as (
    select
        due_on as happened_on,
        1 as span,
        lending_id || ' due back' as row_id,
        'doc_archiving' as case_type,
        loan_id,
        branch,
        product,
        kind as subject,
        staff_id as owner,
        lent_on as opened_on,
        due_on,
        returned_on as closed_on,
        1 as lending_due_count,
        case when returned_on <= due_on then 1 else 0 end as lending_on_time_count
    from marts.document_lendings
    where due_on is not null
),

out_late as (
    select
        months.month_end as happened_on,
        1 as span,
        lendings.lending_id || ' out' as row_id,
        'doc_archiving' as case_type,
        lendings.loan_id,
        lendings.branch,
        lendings.product,
        lendings.kind as subject,
        lendings.staff_id as owner,
        lendings.lent_on as opened_on,
        lendings.due_on,
        1 as lending_late_count
    from marts.document_lendings as lendings
    inner join months
        on lendings.due_on < months.month_end
        and (lendings.returned_on is null or lendings.returned_on > months.month_end)
),

incidents as (
    select
        cast(coalesce(restored_at, detected_at, started_at) as date) as happened_on,
        1 as span,
        incident_id || ' incident' as row_id,
        case kind when 'security' then 'security_event' else 'incident' end as case_type,
        case_id,
        grade as subject,
        case
            when kind = 'service' and grade in ('p1', 'p2')
                then cast(date_diff('minute', detected_at, restored_at) as double) / 60
        end as restore_hours,
        case when kind = 'service' and grade in ('p1', 'p2') and restored_at is not null then 1 end as restored_count,
        case
            when kind = 'security' then cast(date_diff('minute', started_at, detected_at) as double) / 60
        end as detect_hours,
        case when kind = 'security' and detected_at is not null then 1 end as detected_count,
        case
            when kind = 'security' then cast(date_diff('minute', detected_at, contained_at) as double) / 60
        end as contain_hours,
        case when kind = 'security' and contained_at is not null then 1 end as contained_count,
        case when kind = 'service' and not coalesce(is_planned, false) then coalesce(downtime_minutes, 0) end
            as downtime_minutes
    from raw.incidents
),

-- The service time that was agreed: the working hours of the service calendar.
service as (
    select
        last_day(day) as happened_on,
        1 as span,
        'service time' as row_id,
        'incident' as case_type,
        'service' as subject,
        sum(case when is_workday then day_minutes else 0 end) as service_minutes
    from marts.working_days
    where calendar_id = 'service'
    group by last_day(day)
),

-- Who gave up a call at once did not wait for an answer; who waited longer was not answered. An answered call is judged
-- by its case.
called as (
    select
        cast(calls.offered_at as date) as happened_on,
        1 as span,
        calls.call_id || ' call' as row_id,
        calls.case_type,
        calls.case_id,
        coalesce(calls.branch, '') as branch,
        '' as product,
        case when calls.is_answered then 'answered' else 'given_up' end as subject,
        1 as call_offered_count,
        case when calls.is_answered then 0 else 1 end as call_given_up_count,
        case when not calls.is_answered and calls.wait_seconds > rules.given_up_seconds then 1 end as reply_due_count,
        case when not calls.is_answered and calls.wait_seconds > rules.given_up_seconds then 0 end
            as reply_in_time_count
    from raw.phone_calls as calls
    cross join rules
),

-- Cash on what is with an agency: of a loan that several had, that of the days with each.
agency_cash as (
    select
        placements.placement_id,
        placements.agency,
        placements.loan_id,
        cast(placements.placed_on + rules.agency_days * interval 1 day as date) as measured_on,
        payments.repayment_id,
        payments.counts_on,
        payments.net_amount
    from raw.agency_placements as placements
    cross join rules
    inner join marts.payments as payments
        on placements.loan_id = payments.loan_id
        and payments.counts_on >= placements.placed_on
        and payments.counts_on <= coalesce(placements.recalled_on, date '9999-12-31')
    where payments.net_amount <> 0
),

-- What was handed to an agency is told when the days are over in which its cash is measured.
liquidated as (
    select
        cast(placements.placed_on + rules.agency_days * interval 1 day as date) as happened_on,
        1 as span,
        placements.placement_id || ' placed' as row_id,
        'field_visit' as case_type,
        placements.loan_id,
        placements.agency as subject,
        placements.placed_on as opened_on,
        placements.recalled_on as closed_on,
        placements.placed_amount,
        cast(coalesce(came.cash, 0) as decimal(18, 2)) as placed_cash_amount
    from raw.agency_placements as placements
    cross join rules
    left join (
        select
            placement_id,
            sum(net_amount) as cash
        from agency_cash
        where counts_on <= measured_on
        group by placement_id
    ) as came on placements.placement_id = came.placement_id
),

agencies_paid as (
    select
        counts_on as happened_on,
        1 as span,
        placement_id || ' ' || repayment_id as row_id,
        'field_visit' as case_type,
        loan_id,
        agency as subject,
        net_amount as agency_cash_amount
    from agency_cash
    union all by name
    select
        incurred_on as happened_on,
        1 as span,
        cost_id || ' commission' as row_id,
        'field_visit' as case_type,
        loan_id,
        branch,
        'commission' as subject,
        cost_amount as agency_commission_amount
    from marts.collection_costs
    where kind = 'agency'
),

facts as (
    select * from intermediate.case_results
    union all by name
    select * from called
    union all by name
    select * from liquidated
    union all by name
    select * from agencies_paid
    union all by name
    select * from sent
    union all by name
    select * from accepted
    union all by name
    select * from tried
    union all by name
    select * from referred
    union all by name
    select * from staged
    union all by name
    select * from money
    union all by name
    select * from titles
    union all by name
    select * from enforced
    union all by name
    select * from reviewed
    union all by name
    select * from realised
    union all by name
    select * from kept
    union all by name
    select * from settled
    union all by name
    select * from checked
    union all by name
    select * from restructured
    union all by name
    select * from adjusted
    union all by name
    select * from reviews
    union all by name
    select * from reviews_open
    union all by name
    select * from lent
    union all by name
    select * from out_late
    union all by name
    select * from incidents
    union all by name
    select * from service
),

placed as (
    select
        facts.* exclude (branch, product, department_id),
        coalesce(facts.branch, loans.branch, '') as branch,
        coalesce(facts.product, loans.product, '') as product,
        coalesce(facts.department_id, homes.department_id, 'elsewhere') as department_id
    from facts
    left join staging.loans as loans on facts.loan_id = loans.loan_id
    left join intermediate.duty_homes as homes on facts.case_type = homes.case_type
)

-- Narrow, since a large book sorts some ten million of these rows: what is counted of one row is 1, 0 or -1.
select
    months.month_end,
    placed.row_id,
    placed.branch,
    placed.product,
    placed.department_id,
    placed.case_type,
    placed.case_id,
    placed.loan_id,
    placed.borrower_id,
    placed.owner,
    placed.happened_on,
    placed.opened_on,
    placed.due_on,
    placed.closed_on,
    placed.subject,
    placed.cycle_months,
    placed.cycle_source,
    cast(placed.review_due_count as tinyint) as review_due_count,
    cast(placed.review_on_time_count as tinyint) as review_on_time_count,
    cast(placed.review_late_count as tinyint) as review_late_count,
    cast(placed.use_check_due_count as tinyint) as use_check_due_count,
    cast(placed.use_check_on_time_count as tinyint) as use_check_on_time_count,
    cast(placed.inspection_due_count as tinyint) as inspection_due_count,
    cast(placed.inspection_proven_count as tinyint) as inspection_proven_count,
    cast(placed.action_due_count as tinyint) as action_due_count,
    cast(placed.action_done_count as tinyint) as action_done_count,
    cast(placed.report_due_count as tinyint) as report_due_count,
    cast(placed.report_on_time_count as tinyint) as report_on_time_count,
    cast(placed.alert_due_count as tinyint) as alert_due_count,
    cast(placed.alert_on_time_count as tinyint) as alert_on_time_count,
    cast(placed.assessed_count as tinyint) as assessed_count,
    cast(placed.reworked_count as tinyint) as reworked_count,
    cast(placed.disputes_count as tinyint) as disputes_count,
    cast(placed.settled_count as tinyint) as settled_count,
    cast(placed.restated_count as tinyint) as restated_count,
    cast(placed.change_count as tinyint) as change_count,
    cast(placed.failed_change_count as tinyint) as failed_change_count,
    cast(placed.answer_days as decimal(18, 4)) as answer_days,
    cast(placed.lead_days as integer) as lead_days,
    cast(placed.plan_days as integer) as plan_days,
    cast(placed.notice_days as integer) as notice_days,
    cast(placed.letter_days as integer) as letter_days,
    cast(placed.rectify_days as integer) as rectify_days,
    cast(placed.approval_days as integer) as approval_days,
    placed.called_amount,
    cast(placed.sent_count as tinyint) as sent_count,
    cast(placed.bounced_count as tinyint) as bounced_count,
    cast(placed.wait_hours as decimal(18, 4)) as wait_hours,
    placed.claimed_amount,
    placed.upheld_amount,
    cast(placed.referral_days as integer) as referral_days,
    cast(placed.stage_days as integer) as stage_days,
    placed.cost_amount,
    placed.legal_cash_amount,
    placed.title_amount,
    cast(placed.title_cash_amount as decimal(18, 2)) as title_cash_amount,
    cast(placed.enforced_amount as decimal(18, 2)) as enforced_amount,
    cast(placed.terminated_amount as decimal(18, 2)) as terminated_amount,
    cast(placed.reviewed_count as tinyint) as reviewed_count,
    cast(placed.defective_count as tinyint) as defective_count,
    placed.defective_weight,
    cast(placed.disposal_days as integer) as disposal_days,
    cast(placed.realised_amount as decimal(18, 2)) as realised_amount,
    placed.appraised_amount,
    placed.foreclosed_amount,
    placed.foreclosed_late_amount,
    cast(placed.foreclosed_late_count as tinyint) as foreclosed_late_count,
    placed.settled_claim_amount,
    cast(placed.forgiven_amount as decimal(18, 2)) as forgiven_amount,
    cast(placed.checked_count as tinyint) as checked_count,
    cast(placed.misused_count as tinyint) as misused_count,
    placed.misused_amount,
    cast(placed.mature_count as tinyint) as mature_count,
    cast(placed.redefaulted_count as tinyint) as redefaulted_count,
    cast(placed.adjusted_count as tinyint) as adjusted_count,
    cast(placed.untested_count as tinyint) as untested_count,
    placed.repriced_amount,
    placed.yield_amount,
    cast(placed.lending_due_count as tinyint) as lending_due_count,
    cast(placed.lending_on_time_count as tinyint) as lending_on_time_count,
    cast(placed.lending_late_count as tinyint) as lending_late_count,
    cast(placed.restore_hours as decimal(18, 4)) as restore_hours,
    cast(placed.restored_count as tinyint) as restored_count,
    cast(placed.detect_hours as decimal(18, 4)) as detect_hours,
    cast(placed.detected_count as tinyint) as detected_count,
    cast(placed.contain_hours as decimal(18, 4)) as contain_hours,
    cast(placed.contained_count as tinyint) as contained_count,
    cast(
        case
            when placed.service_minutes is not null then placed.service_minutes
            when placed.downtime_minutes is not null then -placed.downtime_minutes
        end as decimal(18, 2)
    ) as up_minutes,
    cast(placed.service_minutes as decimal(18, 2)) as service_minutes,
    cast(placed.complaint_received_count as tinyint) as complaint_received_count,
    cast(placed.complaint_repeated_count as tinyint) as complaint_repeated_count,
    cast(placed.complaint_due_count as tinyint) as complaint_due_count,
    cast(placed.complaint_on_time_count as tinyint) as complaint_on_time_count,
    cast(placed.complaint_closed_count as tinyint) as complaint_closed_count,
    cast(placed.complaint_upheld_count as tinyint) as complaint_upheld_count,
    cast(placed.solved_count as tinyint) as solved_count,
    cast(placed.solved_once_count as tinyint) as solved_once_count,
    cast(placed.reply_due_count as tinyint) as reply_due_count,
    cast(placed.reply_in_time_count as tinyint) as reply_in_time_count,
    cast(placed.survey_sent_count as tinyint) as survey_sent_count,
    cast(placed.survey_answered_count as tinyint) as survey_answered_count,
    cast(placed.survey_satisfied_count as tinyint) as survey_satisfied_count,
    cast(placed.recommend_answered_count as tinyint) as recommend_answered_count,
    cast(placed.recommend_net_count as tinyint) as recommend_net_count,
    cast(placed.outreach_closed_count as tinyint) as outreach_closed_count,
    cast(placed.outreach_reached_count as tinyint) as outreach_reached_count,
    cast(placed.assisted_count as tinyint) as assisted_count,
    cast(placed.assisted_cured_count as tinyint) as assisted_cured_count,
    cast(placed.training_due_count as tinyint) as training_due_count,
    cast(placed.training_passed_count as tinyint) as training_passed_count,
    cast(placed.recon_due_count as tinyint) as recon_due_count,
    cast(placed.recon_on_time_count as tinyint) as recon_on_time_count,
    cast(placed.operation_count as tinyint) as operation_count,
    cast(placed.operation_error_count as tinyint) as operation_error_count,
    cast(placed.reminder_closed_count as tinyint) as reminder_closed_count,
    cast(placed.reminder_delivered_count as tinyint) as reminder_delivered_count,
    cast(placed.visit_closed_count as tinyint) as visit_closed_count,
    cast(placed.visit_promise_count as tinyint) as visit_promise_count,
    cast(placed.contract_lacking_count as tinyint) as contract_lacking_count,
    cast(placed.rated_count as tinyint) as rated_count,
    cast(placed.rerated_count as tinyint) as rerated_count,
    cast(placed.change_checked_count as tinyint) as change_checked_count,
    cast(placed.change_wrong_count as tinyint) as change_wrong_count,
    cast(placed.inventory_count as tinyint) as inventory_count,
    cast(placed.inventory_short_count as tinyint) as inventory_short_count,
    cast(placed.call_offered_count as tinyint) as call_offered_count,
    cast(placed.call_given_up_count as tinyint) as call_given_up_count,
    placed.placed_amount,
    placed.placed_cash_amount,
    placed.agency_cash_amount,
    placed.agency_commission_amount,
    placed.reply_minutes,
    cast(placed.reply_minutes / 60 as decimal(18, 4)) as reply_hours,
    cast(placed.fill_days as integer) as fill_days,
    cast(case when placed.answer_days is not null then 1 end as tinyint) as answered_count,
    cast(case when placed.lead_days is not null then 1 end as tinyint) as released_count,
    cast(case when placed.plan_days is not null then 1 end as tinyint) as planned_count,
    cast(case when placed.notice_days is not null then 1 end as tinyint) as notice_count,
    cast(case when placed.letter_days is not null then 1 end as tinyint) as letter_count,
    cast(case when placed.rectify_days is not null then 1 end as tinyint) as rectify_count,
    cast(case when placed.approval_days is not null then 1 end as tinyint) as approval_count,
    cast(case when placed.wait_hours is not null then 1 end as tinyint) as accepted_count,
    cast(case when placed.referral_days is not null then 1 end as tinyint) as referred_count,
    cast(case when placed.stage_days is not null then 1 end as tinyint) as staged_count,
    cast(case when placed.disposal_days is not null then 1 end as tinyint) as realised_count,
    cast(case when placed.reply_minutes is not null then 1 end as tinyint) as reply_count,
    cast(case when placed.fill_days is not null then 1 end as tinyint) as fill_count
from placed
inner join months
    on months.month_end >= last_day(placed.happened_on)
    and months.month_end < cast(last_day(placed.happened_on) + placed.span * interval 1 month as date)
order by months.month_end, placed.department_id, placed.case_type, placed.row_id
