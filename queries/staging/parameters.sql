-- One row per rule or limit, regime, product ('*' = any) and validity. `valid_to` is the last day on which the row
-- holds; a later row of the same rule, regime and product ends it the day before.
with parameters as (
    select
        param_id,
        coalesce(regime, 'CN') as regime,
        coalesce(product, '*') as product,
        value,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        source
    from raw.parameters
)

select
    param_id,
    regime,
    product,
    value,
    valid_from,
    least(
        valid_to,
        coalesce(
            cast(
                lead(valid_from) over (partition by param_id, regime, product order by valid_from)
                - interval 1 day as date
            ),
            date '9999-12-31'
        )
    ) as valid_to,
    source
from parameters
