-- One row per case on an alert opened since $first, of one value of $cut (level, rule, borrower_kind, branch or product),
-- or of all: the level and the rules it was opened on, when somebody first acted on it, when the borrower's class
-- was next reviewed, and when it was closed.
with rules as (
    select
        case_id,
        string_agg(rule_id, ',' order by rule_id) as rules,
        bool_or(rule_id = $value) as is_asked
    from scoped_rule_answers($branches, $products)
    where opened_on >= $first and opened_on <= $month_end
    group by case_id
)

select
    answers.case_id,
    answers.borrower_id,
    answers.borrower_kind,
    answers.branch,
    answers.product,
    answers.level,
    coalesce(rules.rules, '') as rules,
    answers.opened_on,
    case when answers.answered_on <= $month_end then answers.answered_on end as answered_on,
    case when answers.answered_on <= $month_end then answers.response_days end as response_days,
    case when answers.class_reviewed_on <= $month_end then answers.class_reviewed_on end as class_reviewed_on,
    answers.due_on,
    case when answers.closed_on <= $month_end then answers.closed_on end as closed_on,
    answers.due_on <= $month_end as is_due,
    answers.due_on <= $month_end and coalesce(answers.closed_on <= answers.due_on, false) as is_closed_in_time
from scoped_alert_answers($branches, $products) as answers
left join rules on answers.case_id = rules.case_id
where answers.opened_on >= $first
    and answers.opened_on <= $month_end
    and case $cut
        when 'level' then answers.level = $value
        when 'borrower_kind' then answers.borrower_kind = $value
        when 'branch' then answers.branch = $value
        when 'product' then answers.product = $value
        when 'rule' then coalesce(rules.is_asked, false)
        else true
    end
