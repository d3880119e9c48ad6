-- One row per month end asked for, of the loans in view: how unequal the customers are. A connected group is one.
with borrowers as (
    select
        month_end,
        borrower_id,
        sum(balance) as balance
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
),

customers as (
    select
        borrowers.month_end,
        groups.group_id as customer_id,
        sum(borrowers.balance) as balance
    from borrowers
    inner join groups on borrowers.borrower_id = groups.borrower_id
    group by borrowers.month_end, groups.group_id
    union all
    select
        month_end,
        borrower_id as customer_id,
        balance
    from borrowers
    where borrower_id not in (select groups.borrower_id from groups)
),

ranked as (
    select
        month_end,
        cast(balance as double) as balance,
        row_number() over (partition by month_end order by balance, customer_id desc) as rising,
        count(*) over (partition by month_end) as customer_count
    from customers
)

select
    month_end,
    count(*) as customers,
    sum(balance) as balance,
    sum(balance) filter (where rising > customer_count - 10) / sum(balance) as topn_share,
    sum(balance * balance) / (sum(balance) * sum(balance)) as hhi,
    sum(balance) * sum(balance) / sum(balance * balance) as effective,
    2 * sum(balance * rising) / (count(*) * sum(balance)) - (count(*) + 1) / count(*) as gini
from ranked
group by month_end
order by month_end
