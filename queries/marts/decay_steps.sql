-- One row per step in which the signal of a single event fades (9.2) and its validity: the ages in days for which it
-- holds, and the share of the points that still counts. Older than the last step it counts no more.
with steps as (
    select
        try_cast(substring(param_id, 11) as integer) as age_to,
        cast(value as double) as share,
        valid_from,
        valid_to
    from staging.parameters
    where starts_with(param_id, 'ews_decay.') and regime = 'CN' and product = '*'
)

select
    months.month_end,
    coalesce(max(steps.age_to) over (
        partition by months.month_end order by steps.age_to rows between 1 preceding and 1 preceding
    ) + 1, 0) as age_from,
    steps.age_to,
    steps.share
from marts.month_ends as months
inner join steps on months.month_end between steps.valid_from and steps.valid_to
where steps.age_to is not null
