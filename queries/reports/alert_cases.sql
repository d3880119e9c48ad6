-- One row per alert since $first, or, with $rule, per time that this rule began to hold on a borrower: what came of it by the
-- month end (9.5). `open` has not been followed for twelve months, `at_default` came when the borrower was in default.
with raised as (
    select
        borrower_id,
        borrower_kind,
        branch,
        product,
        alerted_on,
        level,
        score,
        default_on,
        lead_days,
        is_at_default,
        is_hit
    from scoped_alerts($branches, $products)
    where $rule = '' and alerted_on between $first and $month_end
    union all
    select
        begun.borrower_id,
        begun.borrower_kind,
        begun.branch,
        begun.product,
        begun.alerted_on,
        coalesce(scores.level, 'green') as level,
        coalesce(scores.score, 0) as score,
        begun.default_on,
        begun.lead_days,
        begun.is_at_default,
        begun.is_hit
    from scoped_rule_alerts($branches, $products) as begun
    left join scoped_home_scores($branches, $products) as scores
        on begun.borrower_id = scores.borrower_id and begun.alerted_on = scores.month_end
    where begun.rule_id = $rule and begun.alerted_on between $first and $month_end
),

judged as (
    select
        *,
        case
            when is_at_default then 'at_default'
            when alerted_on > $seen then 'open'
            when is_hit then 'hit'
            else 'false_alarm'
        end as outcome
    from raised
)

select
    judged.borrower_id || ' ' || judged.alerted_on as alert_id,
    judged.borrower_id,
    judged.borrower_kind,
    judged.branch,
    judged.product,
    judged.alerted_on,
    judged.level,
    judged.score,
    judged.outcome,
    case when judged.default_on <= $month_end and not judged.is_at_default then judged.default_on end as default_on,
    case when judged.default_on <= $month_end and not judged.is_at_default then judged.lead_days end as lead_days
from judged
where ($outcome = '' or judged.outcome = $outcome)
    and ($level = '' or judged.level = $level)
    and ($kind = '' or judged.borrower_kind = $kind)
