-- One row per month end, of the whole book: its largest borrower, connected group and ten customers, how unequal the
-- customers are, and the capital they are held against. A customer is a connected group (`group_id`), or a borrower
-- who belongs to none. None of it adds over branches, since a borrower may owe at two: so it is kept for the whole
-- book alone, and a part of the book is computed from its loans (section 8).
with borrowers as (
    select
        month_end,
        borrower_id,
        sum(balance) as balance
    from marts.loan_months
    where status = 'active' and balance > 0
    group by month_end, borrower_id
),

connected as (
    select
        borrower_id,
        group_id
    from staging.borrowers
    where group_id is not null
),

customers as (
    select
        borrowers.month_end,
        connected.group_id as customer_id,
        true as is_group,
        count(*) as borrower_count,
        sum(borrowers.balance) as balance,
        max(borrowers.balance) as largest_borrower_balance
    from borrowers
    inner join connected on borrowers.borrower_id = connected.borrower_id
    group by borrowers.month_end, connected.group_id
    union all
    select
        borrowers.month_end,
        borrowers.borrower_id as customer_id,
        false as is_group,
        1 as borrower_count,
        borrowers.balance,
        borrowers.balance as largest_borrower_balance
    from borrowers
    left join connected on borrowers.borrower_id = connected.borrower_id
    where connected.borrower_id is null
),

ranked as (
    select
        *,
        row_number() over (partition by month_end order by balance) as rising,
        count(*) over (partition by month_end) as customer_count
    from customers
),

summed as (
    select
        month_end,
        sum(borrower_count) as borrower_count,
        count(*) as customer_count,
        count(*) filter (where is_group) as group_count,
        cast(sum(balance) as decimal(18, 2)) as balance,
        cast(max(largest_borrower_balance) as decimal(18, 2)) as largest_borrower_balance,
        -- Where nobody names a group there is no figure, which is not a group of nothing.
        cast(max(case when is_group then balance end) as decimal(18, 2)) as largest_group_balance,
        cast(sum(case when rising > customer_count - 10 then balance else 0 end) as decimal(18, 2)) as top10_balance,
        sum(cast(balance as double) * cast(balance as double)) as square_sum,
        sum(cast(balance as double) * rising) as ranked_sum
    from ranked
    group by month_end
),

capital as (
    select
        as_of,
        lead(as_of) over (order by as_of) as next_as_of,
        net_capital,
        tier1_capital
    from raw.capital
)

select
    summed.month_end,
    summed.borrower_count,
    summed.customer_count,
    summed.group_count,
    summed.balance,
    summed.largest_borrower_balance,
    summed.largest_group_balance,
    summed.top10_balance,
    -- Claims on banks are in no table of the contract: unknown, not nothing.
    cast(null as decimal(18, 2)) as interbank_balance,
    summed.square_sum / (cast(summed.balance as double) * cast(summed.balance as double)) as hhi,
    2 * summed.ranked_sum / (summed.customer_count * cast(summed.balance as double))
    - cast(summed.customer_count + 1 as double) / summed.customer_count as gini,
    capital.as_of as capital_as_of,
    capital.net_capital,
    capital.tier1_capital
from summed
left join capital
    on summed.month_end >= capital.as_of
    and (capital.next_as_of is null or summed.month_end < capital.next_as_of)
order by summed.month_end
