-- One row per step of the contact strategy, product that has loans and validity: on the days on which a product's own row is
-- valid it stands in for the one of all products, whose days are what is left. `of_product` is the product that the row was
-- written for; a clock that counts any days has no calendar.
with products as (
    select distinct product
    from staging.loans
),

strategy as (
    select * replace (coalesce(valid_to, date '9999-12-31') as valid_to)
    from raw.contact_strategy
),

own as (
    select
        products.product as of_loans,
        strategy.*
    from products
    inner join strategy on products.product = strategy.product
),

usual as (
    select
        products.product as of_loans,
        strategy.*
    from products
    inner join strategy on strategy.product = '*'
),

-- What is of all products begins when it says, and again when a product's own has ended.
begun as (
    select * from usual
    union
    select usual.* replace (cast(own.valid_to + 1 as date) as valid_from)
    from usual
    inner join own
        on usual.of_loans = own.of_loans
        and usual.step_id = own.step_id
        and own.valid_to >= usual.valid_from
        and own.valid_to < usual.valid_to
),

left_over as (
    select begun.* replace (
        least(
            begun.valid_to,
            coalesce(
                (
                    select min(own.valid_from) - 1
                    from own
                    where own.of_loans = begun.of_loans
                        and own.step_id = begun.step_id
                        and own.valid_from > begun.valid_from
                ),
                begun.valid_to
            )
        ) as valid_to
    )
    from begun
    where not exists (
        select 1
        from own
        where own.of_loans = begun.of_loans
            and own.step_id = begun.step_id
            and begun.valid_from between own.valid_from and own.valid_to
    )
),

chosen as (
    select * from own
    union all
    select * from left_over
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
    if(clock = 'working', calendar_id, '') as calendar_id,
    late_within_days,
    coalesce(split_part(channels, ' ', 1), 'case') as channel,
    source,
    valid_from,
    valid_to
from chosen
order by product, from_days, step_id, valid_from
