-- One row per rule and default that the rule foretold: it held at a month end of the year before, at least 30 days
-- ahead.
select distinct
    hits.rule_id,
    defaults.borrower_id,
    defaults.borrower_kind,
    defaults.branch,
    defaults.product,
    defaults.default_on
from marts.defaults as defaults
inner join marts.signal_hits as hits
    on defaults.borrower_id = hits.borrower_id
    and hits.month_end <= defaults.default_on - 30
    and hits.month_end >= cast(defaults.default_on - interval 12 month as date)
