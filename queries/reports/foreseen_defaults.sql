-- One row per borrower that came into default since $first: whether an alert had come 30 days before and more, by which rules
-- it was foretold, and whether it was on the watchlist in the 90 days before (9.5). With $rule, those that rule foretold.
with fallen as (
    select *
    from scoped_defaults($branches, $products)
    where default_on between $first and $month_end
),

watched as (
    select distinct
        fallen.borrower_id,
        fallen.default_on
    from fallen
    inner join scoped_watch_months($branches, $products) as listed
        on fallen.borrower_id = listed.borrower_id
        and listed.is_listed
        and listed.month_end < fallen.default_on
        and listed.month_end >= fallen.default_on - 90
),

foretold as (
    select
        borrower_id,
        default_on,
        string_agg(rule_id, ',' order by rule_id) as rules
    from scoped_rule_defaults($branches, $products)
    group by borrower_id, default_on
),

judged as (
    select
        fallen.*,
        coalesce(foretold.rules, '') as rules,
        watched.borrower_id is null as is_surprise
    from fallen
    left join watched on fallen.borrower_id = watched.borrower_id and fallen.default_on = watched.default_on
    left join foretold on fallen.borrower_id = foretold.borrower_id and fallen.default_on = foretold.default_on
)

select
    judged.borrower_id || ' ' || judged.default_on as default_id,
    judged.borrower_id,
    names.name,
    judged.borrower_kind,
    judged.branch,
    judged.product,
    judged.default_on,
    judged.was_warned,
    judged.is_surprise,
    judged.rules
from judged
left join scoped_borrowers($branches, $products) as names on judged.borrower_id = names.borrower_id
where ($kind = '' or judged.borrower_kind = $kind)
    and ($rule = '' or list_contains(string_split(judged.rules, ','), $rule))
    and case $outcome
        when 'covered' then judged.was_warned
        when 'missed' then not judged.was_warned
        when 'surprise' then judged.is_surprise
        else true
    end
