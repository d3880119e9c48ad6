-- One row per month end, product, state and next state: the share of loans that move in a month, over the window of
-- months up to that one and none later (5.1). Where a product has fewer loans in a state than the least, the whole
-- book's row stands in. `loans` is what the row rests on.
with months as (
    select
        rules.month_end,
        rules.product,
        last_day(cast(rules.month_end - rules.pd_window_months * interval 1 month as date)) as after,
        rules.pd_least_loans
    from intermediate.ecl_rules as rules
    inner join intermediate.ecl_months as kept on rules.month_end = kept.month_end
),

summed as (
    select
        month_end,
        product,
        from_state,
        to_state,
        sum(loans) as loans
    from marts.transitions
    group by month_end, product, from_state, to_state
),

own as (
    select
        months.month_end,
        months.product,
        summed.from_state,
        summed.to_state,
        sum(summed.loans) as loans
    from months
    inner join summed
        on months.product = summed.product
        and months.after < summed.month_end
        and summed.month_end <= months.month_end
    group by months.month_end, months.product, summed.from_state, summed.to_state
),

whole as (
    select
        months.month_end,
        months.product,
        summed.from_state,
        summed.to_state,
        sum(summed.loans) as loans
    from months
    inner join summed on months.after < summed.month_end and summed.month_end <= months.month_end
    group by months.month_end, months.product, summed.from_state, summed.to_state
),

own_rows as (
    select
        own.month_end,
        own.product,
        own.from_state,
        sum(own.loans) as loans
    from own
    group by own.month_end, own.product, own.from_state
),

states as (
    select
        months.month_end,
        months.product,
        states.from_state,
        coalesce(own_rows.loans, 0) as own_loans,
        coalesce(own_rows.loans, 0) < months.pd_least_loans as is_whole_book
    from months
    cross join (values ('current'), ('1-30'), ('31-60'), ('61-90')) as states (from_state)
    left join own_rows
        on months.month_end = own_rows.month_end
        and months.product = own_rows.product
        and states.from_state = own_rows.from_state
),

chosen as (
    select
        states.*,
        coalesce(own.to_state, whole.to_state) as to_state,
        coalesce(own.loans, whole.loans) as moved
    from states
    left join own
        on not states.is_whole_book
        and states.month_end = own.month_end
        and states.product = own.product
        and states.from_state = own.from_state
    left join whole
        on states.is_whole_book
        and states.month_end = whole.month_end
        and states.product = whole.product
        and states.from_state = whole.from_state
)

select
    month_end,
    product,
    from_state,
    to_state,
    own_loans,
    is_whole_book,
    moved,
    sum(moved) over (partition by month_end, product, from_state) as loans,
    cast(moved as double) / sum(moved) over (partition by month_end, product, from_state) as share
from chosen
where moved is not null
