-- One row per month end, branch, product, department and case type: the sums of what the departments' figures count
-- (10, 11.1, 12.2, 13, 16, 17). Medians are not among them, which are taken over the rows themselves. The obligors on the
-- book that month, each at its home, stand with whoever settles complaints: complaints are set against them (16).
with settlers as (
    select department_id
    from marts.duties
    where case_type = 'complaint'
    order by position, duty_id
    limit 1
),

obligors as (
    select
        obligors.month_end,
        obligors.branch,
        obligors.product,
        settlers.department_id,
        'complaint' as case_type,
        count(*) as active_obligors,
        0 as complaint_received_count
    from marts.borrower_months as obligors
    cross join settlers
    where obligors.is_on_book
    group by obligors.month_end, obligors.branch, obligors.product, settlers.department_id
),

counted as (
    select * from marts.result_rows
    union all by name
    select * from obligors
)

select
    month_end,
    branch,
    product,
    department_id,
    case_type,
    sum(review_due_count) as review_due_count,
    sum(review_on_time_count) as review_on_time_count,
    sum(use_check_due_count) as use_check_due_count,
    sum(use_check_on_time_count) as use_check_on_time_count,
    sum(inspection_due_count) as inspection_due_count,
    sum(inspection_proven_count) as inspection_proven_count,
    sum(action_due_count) as action_due_count,
    sum(action_done_count) as action_done_count,
    sum(report_due_count) as report_due_count,
    sum(report_on_time_count) as report_on_time_count,
    sum(alert_due_count) as alert_due_count,
    sum(alert_on_time_count) as alert_on_time_count,
    sum(assessed_count) as assessed_count,
    sum(reworked_count) as reworked_count,
    sum(disputes_count) as disputes_count,
    sum(settled_count) as settled_count,
    sum(restated_count) as restated_count,
    sum(change_count) as change_count,
    sum(failed_change_count) as failed_change_count,
    sum(answer_days) as answer_days,
    sum(lead_days) as lead_days,
    sum(plan_days) as plan_days,
    sum(sent_count) as sent_count,
    sum(bounced_count) as bounced_count,
    sum(wait_hours) as wait_hours,
    sum(claimed_amount) as claimed_amount,
    sum(upheld_amount) as upheld_amount,
    sum(referral_days) as referral_days,
    sum(stage_days) as stage_days,
    sum(cost_amount) as cost_amount,
    sum(legal_cash_amount) as legal_cash_amount,
    sum(title_amount) as title_amount,
    sum(title_cash_amount) as title_cash_amount,
    sum(enforced_amount) as enforced_amount,
    sum(terminated_amount) as terminated_amount,
    sum(reviewed_count) as reviewed_count,
    sum(defective_count) as defective_count,
    sum(defective_weight) as defective_weight,
    sum(disposal_days) as disposal_days,
    sum(realised_amount) as realised_amount,
    sum(appraised_amount) as appraised_amount,
    sum(foreclosed_amount) as foreclosed_amount,
    sum(foreclosed_late_amount) as foreclosed_late_amount,
    sum(foreclosed_late_count) as foreclosed_late_count,
    sum(settled_claim_amount) as settled_claim_amount,
    sum(forgiven_amount) as forgiven_amount,
    sum(checked_count) as checked_count,
    sum(misused_count) as misused_count,
    sum(misused_amount) as misused_amount,
    sum(mature_count) as mature_count,
    sum(redefaulted_count) as redefaulted_count,
    sum(restore_hours) as restore_hours,
    sum(restored_count) as restored_count,
    sum(detect_hours) as detect_hours,
    sum(detected_count) as detected_count,
    sum(contain_hours) as contain_hours,
    sum(contained_count) as contained_count,
    sum(up_minutes) as up_minutes,
    sum(service_minutes) as service_minutes,
    sum(answered_count) as answered_count,
    sum(released_count) as released_count,
    sum(planned_count) as planned_count,
    sum(accepted_count) as accepted_count,
    sum(referred_count) as referred_count,
    sum(staged_count) as staged_count,
    sum(realised_count) as realised_count,
    sum(complaint_received_count) as complaint_received_count,
    sum(complaint_repeated_count) as complaint_repeated_count,
    sum(complaint_due_count) as complaint_due_count,
    sum(complaint_on_time_count) as complaint_on_time_count,
    sum(complaint_closed_count) as complaint_closed_count,
    sum(complaint_upheld_count) as complaint_upheld_count,
    sum(solved_count) as solved_count,
    sum(solved_once_count) as solved_once_count,
    sum(reply_due_count) as reply_due_count,
    sum(reply_in_time_count) as reply_in_time_count,
    sum(survey_sent_count) as survey_sent_count,
    sum(survey_answered_count) as survey_answered_count,
    sum(survey_satisfied_count) as survey_satisfied_count,
    sum(recommend_answered_count) as recommend_answered_count,
    sum(recommend_net_count) as recommend_net_count,
    sum(outreach_closed_count) as outreach_closed_count,
    sum(outreach_reached_count) as outreach_reached_count,
    sum(assisted_count) as assisted_count,
    sum(assisted_cured_count) as assisted_cured_count,
    sum(training_due_count) as training_due_count,
    sum(training_passed_count) as training_passed_count,
    sum(recon_due_count) as recon_due_count,
    sum(recon_on_time_count) as recon_on_time_count,
    sum(operation_count) as operation_count,
    sum(operation_error_count) as operation_error_count,
    sum(reminder_closed_count) as reminder_closed_count,
    sum(reminder_delivered_count) as reminder_delivered_count,
    sum(visit_closed_count) as visit_closed_count,
    sum(visit_promise_count) as visit_promise_count,
    sum(reply_hours) as reply_hours,
    sum(reply_count) as reply_count,
    sum(call_offered_count) as call_offered_count,
    sum(call_given_up_count) as call_given_up_count,
    sum(placed_amount) as placed_amount,
    sum(placed_cash_amount) as placed_cash_amount,
    sum(agency_cash_amount) as agency_cash_amount,
    sum(agency_commission_amount) as agency_commission_amount,
    sum(active_obligors) as active_obligors
from counted
group by month_end, branch, product, department_id, case_type
order by month_end, department_id
