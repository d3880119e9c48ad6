-- One row per month end, branch, product, department and case type: what marts.case_results counts, summed. The obligors
-- on the book that month, each at its home, stand with whoever settles complaints: complaints are set against them (16).
with settlers as (
    select department_id
    from (
        select
            department_id,
            row_number() over (order by position, duty_id) as place
        from marts.duties
        where case_type = 'complaint'
    ) as ranked
    where place = 1
),

counted as (
    select
        month_end,
        branch,
        product,
        department_id,
        case_type,
        complaint_received,
        complaint_repeated,
        complaint_due,
        complaint_on_time,
        complaint_closed,
        complaint_upheld,
        solved,
        solved_once,
        reply_due,
        reply_in_time,
        survey_sent,
        survey_answered,
        survey_satisfied,
        recommend_answered,
        recommend_net,
        outreach_closed,
        outreach_reached,
        assisted,
        assisted_cured,
        training_due,
        training_passed,
        recon_due,
        recon_on_time,
        operation,
        operation_error,
        reminder_closed,
        reminder_delivered,
        visit_closed,
        visit_promise,
        0 as active_obligors
    from marts.case_results
    union all
    select
        obligors.month_end,
        obligors.branch,
        obligors.product,
        settlers.department_id,
        'complaint' as case_type,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1 as active_obligors
    from marts.borrower_months as obligors
    cross join settlers
    where obligors.is_on_book
)

select
    month_end,
    branch,
    product,
    department_id,
    case_type,
    sum(complaint_received) as complaint_received,
    sum(complaint_repeated) as complaint_repeated,
    sum(complaint_due) as complaint_due,
    sum(complaint_on_time) as complaint_on_time,
    sum(complaint_closed) as complaint_closed,
    sum(complaint_upheld) as complaint_upheld,
    sum(solved) as solved,
    sum(solved_once) as solved_once,
    sum(reply_due) as reply_due,
    sum(reply_in_time) as reply_in_time,
    sum(survey_sent) as survey_sent,
    sum(survey_answered) as survey_answered,
    sum(survey_satisfied) as survey_satisfied,
    sum(recommend_answered) as recommend_answered,
    sum(recommend_net) as recommend_net,
    sum(outreach_closed) as outreach_closed,
    sum(outreach_reached) as outreach_reached,
    sum(assisted) as assisted,
    sum(assisted_cured) as assisted_cured,
    sum(training_due) as training_due,
    sum(training_passed) as training_passed,
    sum(recon_due) as recon_due,
    sum(recon_on_time) as recon_on_time,
    sum(operation) as operation,
    sum(operation_error) as operation_error,
    sum(reminder_closed) as reminder_closed,
    sum(reminder_delivered) as reminder_delivered,
    sum(visit_closed) as visit_closed,
    sum(visit_promise) as visit_promise,
    sum(active_obligors) as active_obligors
from counted
group by month_end, branch, product, department_id, case_type
order by month_end, department_id
