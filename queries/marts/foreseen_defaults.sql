-- One row per row of marts.defaults: the rules that foretold it, and whether nobody was watching: `is_surprise` if the
-- borrower was not on the watchlist in the 90 days before (9.5).
with watched as (
    select distinct
        defaults.borrower_id,
        defaults.default_on
    from marts.defaults as defaults
    inner join marts.watch_months as listed
        on defaults.borrower_id = listed.borrower_id
        and listed.is_listed
        and listed.month_end < defaults.default_on
        and listed.month_end >= defaults.default_on - 90
),

foretold as (
    select
        borrower_id,
        default_on,
        string_agg(rule_id, ',' order by rule_id) as rules
    from marts.rule_defaults
    group by borrower_id, default_on
)

select
    defaults.*,
    coalesce(foretold.rules, '') as rules,
    watched.borrower_id is null as is_surprise
from marts.defaults as defaults
left join watched on defaults.borrower_id = watched.borrower_id and defaults.default_on = watched.default_on
left join foretold on defaults.borrower_id = foretold.borrower_id and defaults.default_on = foretold.default_on
order by defaults.default_on, defaults.borrower_id
