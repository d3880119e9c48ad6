-- One row per rule: how often it began to hold since $first on borrowers of a $kind, or of any, and what came of it (9.5).
-- Only what twelve months have been seen of is judged; what began when the borrower was in default already warned of
-- nothing and is not judged either.
with rules as (
    select
        rule_id,
        any_value(family) as family,
        any_value(name) as name,
        any_value(coalesce(name_zh, name)) as name_zh,
        any_value(severity) as severity,
        max(points) as points
    from book_signal_rules()
    where valid_from <= $month_end and valid_to >= $first
    group by rule_id
),

begun as (
    select
        rule_id,
        count(*) as fired,
        count(case when alerted_on <= $seen and not is_at_default then 1 end) as observed,
        count(case when alerted_on <= $seen and is_hit then 1 end) as hits,
        median(case when alerted_on <= $seen and is_hit then lead_days end) as lead_days
    from scoped_rule_alerts($branches, $products)
    where alerted_on between $first and $month_end and $kind in ('', borrower_kind)
    group by rule_id
),

defaults as (
    select count(*) as defaults
    from scoped_defaults($branches, $products)
    where default_on between $first and $month_end and $kind in ('', borrower_kind)
),

covered as (
    select
        rule_id,
        count(*) as covered
    from scoped_rule_defaults($branches, $products)
    where default_on between $first and $month_end and $kind in ('', borrower_kind)
    group by rule_id
),

held as (
    select
        rule_id,
        sum(borrowers) as borrower_months
    from scoped_rule_months($branches, $products)
    where month_end between $first and $month_end and $kind in ('', borrower_kind)
    group by rule_id
),

book as (
    select sum(borrowers) as borrower_months
    from scoped_warning_months($branches, $products)
    where month_end between $first and $month_end and $kind in ('', borrower_kind)
)

select
    rules.*,
    coalesce(begun.fired, 0) as fired,
    coalesce(begun.observed, 0) as observed,
    coalesce(begun.hits, 0) as hits,
    begun.hits / nullif(begun.observed, 0) as hit_rate,
    1 - begun.hits / nullif(begun.observed, 0) as false_alarm_rate,
    defaults.defaults,
    coalesce(covered.covered, 0) as covered,
    coalesce(covered.covered, 0) / nullif(defaults.defaults, 0) as coverage,
    begun.lead_days,
    coalesce(held.borrower_months, 0) / nullif(book.borrower_months, 0) as share_of_borrowers,
    coalesce(held.borrower_months, 0) = 0 as is_never,
    coalesce(coalesce(held.borrower_months, 0) / nullif(book.borrower_months, 0) >= 0.5, false) as is_always
from rules
cross join defaults
cross join book
left join begun on rules.rule_id = begun.rule_id
left join covered on rules.rule_id = covered.rule_id
left join held on rules.rule_id = held.rule_id
order by rules.rule_id
