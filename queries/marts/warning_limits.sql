-- One row per month end of the book: the caps of the families, the limits of the levels and what the watchlist goes by,
-- as in force that day (9.2 to 9.4).
with settings as (
    select
        months.month_end,
        parameters.param_id,
        cast(parameters.value as double) as value
    from marts.month_ends as months
    inner join staging.parameters as parameters
        on months.month_end between parameters.valid_from and parameters.valid_to
    where (
        starts_with(parameters.param_id, 'ews_cap.')
        or starts_with(parameters.param_id, 'ews_level.')
        or starts_with(parameters.param_id, 'wl_')
    )
    and parameters.regime = 'CN' and parameters.product = '*'
)

select
    month_end,
    max(case when param_id = 'ews_cap.behavioural' then value end) as cap_behavioural,
    max(case when param_id = 'ews_cap.financial' then value end) as cap_financial,
    max(case when param_id = 'ews_cap.external' then value end) as cap_external,
    max(case when param_id = 'ews_cap.collateral' then value end) as cap_collateral,
    max(case when param_id = 'ews_cap.use_of_funds' then value end) as cap_use_of_funds,
    max(case when param_id = 'ews_level.yellow' then value end) as yellow_from,
    max(case when param_id = 'ews_level.orange' then value end) as orange_from,
    max(case when param_id = 'ews_level.red' then value end) as red_from,
    max(case when param_id = 'wl_min_exposure' then value end) as least_exposure,
    max(case when param_id = 'wl_top_obligors' then value end) as top_obligors,
    max(case when param_id = 'wl_yellow_days' then value end) as yellow_days,
    max(case when param_id = 'wl_covenant_days' then value end) as covenant_days,
    max(case when param_id = 'wl_exit_months' then value end) as exit_months,
    max(case when param_id = 'wl_exit_instalments' then value end) as exit_instalments,
    cast(max(case when param_id = 'wl_review_days.yellow' then value end) as integer) as review_days_yellow,
    cast(max(case when param_id = 'wl_review_days.orange' then value end) as integer) as review_days_orange,
    cast(max(case when param_id = 'wl_review_days.red' then value end) as integer) as review_days_red,
    cast(max(case when param_id = 'wl_escalate_days' then value end) as integer) as escalate_days
from settings
group by month_end
