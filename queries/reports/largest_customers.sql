-- One row per customer on the book at the month end: what it owes, its share, its worst loan, its part of capital.
-- `$level` "customer" takes a connected group as one, "group" leaves all others out, "borrower" takes each by itself.
with borrowers as (
    select
        borrower_id,
        count(*) as loans,
        cast(sum(balance) as decimal(18, 2)) as balance,
        max(days_past_due) as days_past_due,
        max(classification) as classification
    from scoped_loan_months($branches, $products)
    where month_end = $month_end
        and status = 'active'
        and balance > 0
        and (len($borrower_kinds) = 0 or list_contains($borrower_kinds, borrower_kind))
        and (len($collateral_kinds) = 0 or list_contains($collateral_kinds, collateral_kind))
        and (len($regions) = 0 or list_contains($regions, region))
        and (len($industries) = 0 or list_contains($industries, industry_section(industry)))
    group by borrower_id
),

groups as (
    select distinct
        borrower_id,
        group_id
    from scoped_connections($branches, $products)
    where group_id is not null and $level <> 'borrower'
),

capital as (
    select
        net_capital,
        tier1_capital
    from book_capital()
    where as_of <= $month_end
    order by as_of desc
    limit 1
),

customers as (
    select
        groups.group_id as customer_id,
        true as is_group,
        count(*) as borrowers,
        sum(borrowers.loans) as loans,
        cast(sum(borrowers.balance) as decimal(18, 2)) as balance,
        max(borrowers.days_past_due) as days_past_due,
        max(borrowers.classification) as classification
    from borrowers
    inner join groups on borrowers.borrower_id = groups.borrower_id
    group by groups.group_id
    union all
    select
        borrower_id as customer_id,
        false as is_group,
        1 as borrowers,
        loans,
        balance,
        days_past_due,
        classification
    from borrowers
    where borrower_id not in (select groups.borrower_id from groups)
)

select
    *,
    -- A group and a borrower may bear one number.
    case when is_group then 'group ' else 'borrower ' end || customer_id as customer_key,
    cast(balance as double) / (select sum(borrowers.balance) from borrowers) as share,
    cast(balance as double) / (select nullif(capital.net_capital, 0) from capital) as net_share,
    cast(balance as double) / (select nullif(capital.tier1_capital, 0) from capital) as tier1_share
from customers
where balance >= $least and (is_group or $level <> 'group')
