-- One row per month end asked for, of the loans in view: the largest borrower and connected group against the bank's
-- capital, and how unequal the customers are (a connected group is one). Whose the largest are, and how unequal all are,
-- is told of the last month alone.
with borrowers as (
    select
        month_end,
        borrower_id,
        cast(sum(balance) as decimal(18, 2)) as balance
    from scoped_loan_months($branches, $products)
    where month_end in ($month_end, $before, $year)
        and status = 'active'
        and balance > 0
        and (len($borrower_kinds) = 0 or list_contains($borrower_kinds, borrower_kind))
        and (len($collateral_kinds) = 0 or list_contains($collateral_kinds, collateral_kind))
        and (len($regions) = 0 or list_contains($regions, region))
        and (len($industries) = 0 or list_contains($industries, industry_section(industry)))
    group by month_end, borrower_id
),

groups as (
    select distinct
        borrower_id,
        group_id
    from scoped_connections($branches, $products)
    where group_id is not null
),

customers as (
    select
        borrowers.month_end,
        groups.group_id as customer_id,
        true as is_group,
        count(*) as borrowers,
        cast(sum(borrowers.balance) as decimal(18, 2)) as balance,
        max(borrowers.balance) as largest_borrower_balance
    from borrowers
    inner join groups on borrowers.borrower_id = groups.borrower_id
    group by borrowers.month_end, groups.group_id
    union all
    select
        month_end,
        borrower_id as customer_id,
        false as is_group,
        1 as borrowers,
        balance,
        balance as largest_borrower_balance
    from borrowers
    where borrower_id not in (select groups.borrower_id from groups)
),

ranked as (
    select
        month_end,
        cast(balance as double) as owed,
        row_number() over (order by balance) as rising
    from customers
    where month_end = $month_end
),

unequal as (
    select
        month_end,
        2 * sum(owed * rising) / (count(*) * sum(owed)) - (count(*) + 1) / count(*) as gini
    from ranked
    group by month_end
),

largest as (
    select
        $month_end as month_end,
        (select arg_max(borrower_id, (balance, borrower_id)) from borrowers where month_end = $month_end)
            as largest_borrower_id,
        (select arg_max(customer_id, (balance, customer_id)) from customers where is_group and month_end = $month_end)
            as largest_group_id
),

measured as (
    select
        *,
        cast(balance as double) as owed
    from customers
),

summed as (
    select
        month_end,
        sum(borrowers) as borrowers,
        count(*) as customers,
        sum(balance) as balance,
        max(largest_borrower_balance) as largest_borrower_balance,
        max(balance) filter (where is_group) as largest_group_balance,
        list_sum(max(owed, 10)) / sum(owed) as topn_share,
        sum(owed * owed) / (sum(owed) * sum(owed)) as hhi
    from measured
    group by month_end
)

select
    summed.*,
    unequal.gini,
    largest.largest_borrower_id,
    largest.largest_group_id,
    1 / summed.hhi as effective,
    cast(summed.largest_borrower_balance as double) / nullif(capital.net_capital, 0) as single_customer_loan_ratio,
    cast(summed.largest_borrower_balance as double) / nullif(capital.tier1_capital, 0) as single_customer_exposure_ratio,
    cast(summed.largest_group_balance as double) / nullif(capital.tier1_capital, 0) as group_exposure_ratio
from summed
left join unequal on summed.month_end = unequal.month_end
left join largest on summed.month_end = largest.month_end
asof left join book_capital() as capital on summed.month_end >= capital.as_of
order by summed.month_end
