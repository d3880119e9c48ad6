-- One row per borrower that came into default since $first: whether an alert had come 30 days before and more, by which rules
-- it was foretold, and whether it was on the watchlist in the 90 days before (9.5). With $rule, those that rule foretold.
with judged as (
    select *
    from scoped_foreseen_defaults($branches, $products)
    where default_on between $first and $month_end
)

select
    judged.borrower_id || ' ' || judged.default_on as default_id,
    judged.borrower_id,
    judged.borrower_kind,
    judged.branch,
    judged.product,
    judged.default_on,
    judged.was_warned,
    judged.is_surprise,
    judged.rules
from judged
where ($kind = '' or judged.borrower_kind = $kind)
    and ($rule = '' or list_contains(string_split(judged.rules, ','), $rule))
    and case $outcome
        when 'covered' then judged.was_warned
        when 'missed' then not judged.was_warned
        when 'surprise' then judged.is_surprise
        else true
    end
