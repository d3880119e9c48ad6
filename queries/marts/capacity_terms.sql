-- One row per month end: what one person's full month is, and how much of it a case can count on (11).
with months as (
    select distinct calendar.month_end
    from raw.calendar as calendar
    cross join raw.build as build
    where calendar.month_end <= last_day(build.as_of)
),

terms as (
    select
        months.month_end,
        max(case when parameters.param_id = 'workdays_per_month' then cast(parameters.value as double) end)
            as workdays,
        max(case when parameters.param_id = 'workday_hours' then cast(parameters.value as double) end) as hours,
        max(case when parameters.param_id = 'utilisation_target' then cast(parameters.value as double) end) as target,
        max(case when parameters.param_id = 'shrinkage' then cast(parameters.value as double) end) as shrinkage
    from months
    inner join staging.parameters as parameters
        on parameters.param_id in ('workdays_per_month', 'workday_hours', 'utilisation_target', 'shrinkage')
        and parameters.regime = 'CN'
        and parameters.product = '*'
        and months.month_end between parameters.valid_from and parameters.valid_to
    group by months.month_end
)

select
    month_end,
    workdays * hours as month_hours,
    workdays * hours * target * (1 - shrinkage) as case_hours
from terms
