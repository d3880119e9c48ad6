-- One row, or none before the first report: the capital last reported by the month end, and from where an exposure
-- counts as large (section 8).
with reported as (
    select *
    from book_capital()
    where as_of <= $month_end
    order by as_of desc
    limit 1
),

line as (
    select
        try_cast(value as double) as share,
        source
    from book_rules()
    where param_id = 'large_exposure_share'
        and product = '*'
        and $month_end between valid_from and valid_to
    limit 1
)

select
    reported.as_of as reported_on,
    reported.net_capital,
    reported.tier1_capital,
    line.share as large_share,
    line.source as large_source,
    reported.tier1_capital * line.share as large_line
from reported
left join line on true
