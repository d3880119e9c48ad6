-- One row per value of $cut (all, level, rule, borrower_kind, branch or product): cases on alerts opened since $first, how
-- soon somebody acted on them, and how many were closed in time of those that were due (9.3, 9.5). By rule a case counts
-- for every rule that held on its borrower. The times to act, to settle by a review or a plan and
-- to review the class are those of the borrower's level: green has none, and a class only red asks to review. Where the
-- book has no review of a class, none is due.
with answers as (select * from scoped_alert_answers($branches, $products)),

allowed as (
    select
        split_part(param_id, '.', 2) as level,
        max(case when starts_with(param_id, 'ews_response_days.') then cast(value as integer) end) as days,
        max(case when starts_with(param_id, 'ews_plan_days.') then cast(value as integer) end) as plan_days,
        max(case when starts_with(param_id, 'ews_class_review_days.') then cast(value as integer) end)
            as class_review_days
    from book_rules()
    where (
        starts_with(param_id, 'ews_response_days.')
        or starts_with(param_id, 'ews_plan_days.')
        or starts_with(param_id, 'ews_class_review_days.')
    )
        and $month_end between valid_from and valid_to
    group by split_part(param_id, '.', 2)
),

alerts as (
    select
        answers.case_id,
        answers.level,
        answers.borrower_kind,
        answers.branch,
        answers.product,
        allowed.days as allowed_days,
        allowed.plan_days,
        allowed.class_review_days,
        answers.are_classes_reviewed,
        coalesce(answers.class_reviewed_on <= $month_end, false) as is_class_reviewed,
        answers.class_reviewed_workday - answers.opened_workday as days_to_class_review,
        answers.due_on <= $month_end as is_due,
        answers.closed_on <= least(answers.due_on, $month_end) as is_closed_in_time,
        answers.answered_on <= $month_end as is_answered,
        case when answers.answered_on <= $month_end then answers.response_days end as response_days,
        answers.closed_on <= $month_end as is_closed,
        -- Workdays, as the days to an answer are counted: to its end, or to the month end while it is open.
        least(answers.closed_workday, today.workday_no) - answers.opened_workday as days_open,
        today.workday_no - answers.opened_workday as days_gone
    from answers
    left join book_office_days() as today on today.day = $month_end
    left join allowed on answers.level = allowed.level
    where answers.opened_on >= $first and answers.opened_on <= $month_end
),

cut_up as (
    select
        alerts.*,
        case $cut
            when 'level' then level
            when 'borrower_kind' then borrower_kind
            when 'branch' then branch
            when 'product' then product
            else 'all'
        end as value
    from alerts
    where $cut <> 'rule'
    union all
    select
        alerts.*,
        rules.rule_id as value
    from alerts
    inner join scoped_rule_answers($branches, $products) as rules on alerts.case_id = rules.case_id
    where $cut = 'rule'
),

counted as (
    select
        value,
        count(*) as cases,
        count(case when is_answered then 1 end) as answered,
        median(response_days) as response_days,
        case when $cut = 'level' then max(allowed_days) end as response_sla,
        count(case when allowed_days is not null and (is_answered or days_gone > allowed_days) then 1 end)
            as answers_due,
        count(case when response_days <= allowed_days then 1 end) as answered_in_time,
        case when $cut = 'level' then max(plan_days) end as plan_sla,
        count(case when plan_days is not null and (is_closed or days_open > plan_days) then 1 end) as plans_due,
        count(case when is_closed and days_open <= plan_days then 1 end) as planned_in_time,
        case when $cut = 'level' then max(class_review_days) end as class_review_sla,
        bool_or(are_classes_reviewed) as are_classes_reviewed,
        count(
            case
                when are_classes_reviewed
                    and class_review_days is not null
                    and (is_class_reviewed or days_gone > class_review_days)
                    then 1
            end
        ) as class_reviews_due,
        count(case when is_class_reviewed and days_to_class_review <= class_review_days then 1 end)
            as class_reviewed_in_time,
        count(case when is_due then 1 end) as due,
        count(case when is_due and is_closed_in_time then 1 end) as closed_in_time
    from cut_up
    group by value
)

select
    *,
    answered_in_time / nullif(answers_due, 0) as answer_rate,
    planned_in_time / nullif(plans_due, 0) as plan_rate,
    class_reviewed_in_time / nullif(class_reviews_due, 0) as class_review_rate,
    closed_in_time / nullif(due, 0) as closure_rate
from counted
order by value
