-- One row per month end, component, department and person ('' for the department as a whole, and for what is measured for the
-- whole house alone, of department ''): the numerator and the denominator of what appraisals judge (17), and the cases
-- that they stand on.
with held as (
    select
        month_end,
        department_id,
        owner,
        sum(cured_count) as cured,
        count(*) as loans
    from marts.collector_months
    where department_id is not null
    group by month_end, department_id, owner
),

calls as (
    select
        contacts.month_end,
        staff.department_id,
        contacts.staff_id,
        sum(
            case
                when contacts.time_violation + contacts.frequency_violation + contacts.third_party_violation = 0 then 1
                else 0
            end
        ) as clean,
        count(*) as contacts
    from marts.contacts as contacts
    inner join marts.staff as staff on contacts.staff_id = staff.staff_id
    where staff.department_id is not null
    group by contacts.month_end, staff.department_id, contacts.staff_id
),

due as (
    select
        last_day(due_on) as month_end,
        department_id,
        owner,
        sum(case when is_breached then 0 else 1 end) as on_time,
        count(*) as due
    from marts.case_stays
    where is_due_here
    group by last_day(due_on), department_id, owner
),

results as (
    select
        month_end,
        department_id,
        owner,
        sum(complaint_due_count) as complaint_due,
        sum(complaint_on_time_count) as complaint_on_time,
        sum(complaint_closed_count) as complaint_closed,
        sum(complaint_upheld_count) as complaint_upheld,
        sum(solved_count) as solved,
        sum(solved_once_count) as solved_once,
        sum(survey_answered_count) as survey_answered,
        sum(survey_satisfied_count) as survey_satisfied,
        sum(operation_count) as operation,
        sum(operation_error_count) as operation_error
    from marts.result_rows
    group by month_end, department_id, owner
),

-- What other figures already count: of the department itself where its cases are counted, of all where amounts or minutes are.
counted as (
    select
        month_end,
        department_id,
        sum(alert_on_time_count) as alert_on_time,
        sum(alert_due_count) as alert_due,
        sum(review_on_time_count) as review_on_time,
        sum(review_due_count) as review_due,
        sum(case when case_type = 'audit_engagement' then report_on_time_count end) as report_on_time,
        sum(case when case_type = 'audit_engagement' then report_due_count end) as report_due,
        sum(defective_count) as defective,
        sum(reviewed_count) as reviewed,
        sum(title_cash_amount) as title_cash,
        sum(title_amount) as title,
        sum(up_minutes) as up,
        sum(service_minutes) as service
    from marts.results
    group by month_end, department_id
),

urgent as (
    select
        last_day(due_on) as month_end,
        department_id,
        case case_type when 'incident' then 'incident_on_time' else 'security_on_time' end as component,
        owner,
        sum(case when is_breached then 0 else 1 end) as on_time,
        count(*) as due
    from marts.case_stays
    where is_due_here and case_type in ('incident', 'security_event')
    group by last_day(due_on), department_id, case_type, owner
),

-- What lapsed for want of an act in time is lost for good: it stands against those who let it.
kept as (
    select
        month_end,
        sum(amount) as held_amount,
        sum(amount) - sum(
            least(amount, coalesce(expired_amount, 0) + coalesce(lapsed_amount, 0) + coalesce(unenforced_amount, 0))
        ) as kept_amount
    from marts.clock_months
    where amount > 0
    group by month_end
),

surprised as (
    select
        last_day(default_on) as month_end,
        sum(case when is_surprise then 1 else 0 end) as surprises,
        count(*) as defaults
    from marts.foreseen_defaults
    group by last_day(default_on)
),

measured as (
    select month_end, 'cure' as component, department_id, owner as staff_id, cured as numerator, loans as denominator
    from held
    union all
    select month_end, 'conduct', department_id, staff_id, clean, contacts
    from calls
    union all
    select month_end, 'on_time', department_id, owner, on_time, due
    from due
    union all
    select month_end, 'complaint_on_time', department_id, owner, complaint_on_time, complaint_due
    from results
    union all
    select month_end, 'complaint_upheld', department_id, owner, complaint_upheld, complaint_closed
    from results
    union all
    select month_end, 'fcr', department_id, owner, solved_once, solved
    from results
    union all
    select month_end, 'csat', department_id, owner, survey_satisfied, survey_answered
    from results
    union all
    select month_end, 'ops_error', department_id, owner, operation_error, operation
    from results
    union all
    select month_end, 'ptp_kept', '' as department_id, '' as staff_id, kept_count, told_count
    from marts.promise_months
    union all
    select month_end, 'contact_coverage', '', '', contacted_count, entered_count
    from marts.bucket_entries
    union all
    select month_end, 'cost_to_collect', '', '', cost_amount, late_cash_amount
    from marts.collection_results
    union all
    select month_end, 'doc_completeness', '', '', held_count, required_count
    from marts.document_months
    union all
    select month_end, 'alert_on_time', department_id, '', alert_on_time, alert_due
    from counted
    union all
    select month_end, 'review_on_time', '', '', review_on_time, review_due
    from counted
    union all
    select month_end, 'report_on_time', department_id, '', report_on_time, report_due
    from counted
    union all
    select month_end, 'contract_defects', department_id, '', defective, reviewed
    from counted
    union all
    select month_end, 'legal_recovery', '', '', title_cash, title
    from counted
    union all
    select month_end, 'availability', '', '', up, service
    from counted
    union all
    select month_end, 'class_deviation', '', '', understated_npl_balance, booked_npl_balance
    from marts.classes
    union all
    select month_end, 'rectified_on_time', '', '', on_time_in_month, due_in_month
    from marts.finding_months
    union all
    select month_end, 'repeat_findings', '', '', repeated_12m, issued_12m
    from marts.finding_months
    union all
    select month_end, 'audit_coverage', '', '', covered_count, high_risk_count
    from marts.audit_unit_months
    union all
    select month_end, 'claims_kept', '', '', kept_amount, held_amount
    from kept
    union all
    select month_end, 'surprise_defaults', '', '', surprises, defaults
    from surprised
    union all
    select month_end, 'data_quality', '', '', weighted_score, weight
    from marts.quality_months
    union all
    select month_end, component, department_id, owner, on_time, due
    from urgent
),

levelled as (
    select month_end, component, department_id, staff_id, numerator, denominator
    from measured
    where staff_id <> ''
    union all
    select month_end, component, department_id, '' as staff_id, numerator, denominator
    from measured
)

select
    month_end,
    component,
    department_id,
    staff_id,
    cast(sum(numerator) as decimal(18, 2)) as numerator,
    cast(sum(denominator) as decimal(18, 2)) as denominator
from levelled
group by month_end, component, department_id, staff_id
having sum(denominator) > 0
