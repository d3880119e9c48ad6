-- One row per step of the contact strategy, product that has loans and validity: the product's own row stands in for the one
-- of all products. `of_product` is the product that the row was written for.
with products as (
    select distinct product
    from staging.loans
),

chosen as (
    select
        products.product as of_loans,
        strategy.*,
        rank() over (
            partition by products.product, strategy.step_id order by case when strategy.product = '*' then 1 else 0 end
        ) as preference
    from products
    inner join raw.contact_strategy as strategy on strategy.product in (products.product, '*')
)

select
    of_loans as product,
    step_id,
    product as of_product,
    name,
    coalesce(name_zh, name) as name_zh,
    from_days,
    to_days,
    channels,
    case_type,
    case_event,
    amount,
    clock,
    calendar_id,
    late_within_days,
    coalesce(split_part(channels, ' ', 1), 'case') as channel,
    source,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to
from chosen
where preference = 1
order by product, from_days, step_id, valid_from
