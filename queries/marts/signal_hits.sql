-- One row per rule, loan or borrower, and month end on which it holds (9.1): its points after an event's fading
-- (9.2), the value that tripped it, and since when without a break. Where a rule stands in for another on the same
-- subject, only the one that weighs more is left: of one rule and subject there is one signal.
with fired as (
    select
        firings.rule_no,
        rules.rule_id,
        rules.family,
        rules.subject,
        firings.loan_id,
        firings.borrower_id,
        firings.branch,
        firings.product,
        firings.home_branch,
        firings.home_product,
        firings.month_end,
        cast(rules.points as double) * case when firings.age is null then 1 else coalesce(steps.share, 0) end as points,
        rules.is_hard,
        firings.value,
        firings.number
    from intermediate.firings as firings
    inner join marts.signal_rules as rules on firings.rule_no = rules.rule_no
    left join marts.decay_steps as steps
        on firings.month_end = steps.month_end and firings.age between steps.age_from and steps.age_to
    where firings.age is null or steps.share > 0
),

-- The one that weighs more, and of equals the one that stands in for the other.
pairs as (
    select
        over.rule_id as loser_id,
        over.month_end,
        over.borrower_id,
        over.loan_id
    from fired as under
    inner join intermediate.rule_overrides as overrides on under.rule_id = overrides.overridden
    inner join fired as over
        on overrides.rule_id = over.rule_id
        and under.borrower_id = over.borrower_id
        and under.month_end = over.month_end
        and under.loan_id is not distinct from over.loan_id
    where under.points > over.points and not over.is_hard
    union all
    select
        under.rule_id as loser_id,
        under.month_end,
        under.borrower_id,
        under.loan_id
    from fired as under
    inner join intermediate.rule_overrides as overrides on under.rule_id = overrides.overridden
    inner join fired as over
        on overrides.rule_id = over.rule_id
        and under.borrower_id = over.borrower_id
        and under.month_end = over.month_end
        and under.loan_id is not distinct from over.loan_id
    where under.points <= over.points or over.is_hard
),

left_over as (
    select fired.*
    from fired
    anti join pairs
        on fired.rule_id = pairs.loser_id
        and fired.month_end = pairs.month_end
        and fired.borrower_id = pairs.borrower_id
        and fired.loan_id is not distinct from pairs.loan_id
),

runs as (
    select
        *,
        date_diff('month', date '1900-01-31', month_end) - row_number() over (
            partition by rule_id, borrower_id, loan_id order by month_end
        ) as run_no
    from left_over
)

select
    runs.rule_no,
    runs.rule_id,
    runs.family,
    runs.subject,
    runs.loan_id,
    runs.borrower_id,
    runs.branch,
    runs.product,
    runs.home_branch,
    runs.home_product,
    homes.places,
    runs.month_end,
    runs.points,
    runs.is_hard,
    runs.value,
    runs.number,
    min(runs.month_end) over (partition by runs.rule_id, runs.borrower_id, runs.loan_id, runs.run_no) as since
from runs
left join intermediate.homes as homes on runs.borrower_id = homes.borrower_id and runs.loan_id is null
order by runs.month_end, runs.borrower_id, runs.rule_id
