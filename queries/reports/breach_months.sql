-- One row per month end of a breach of a limit of concentration, from where it begins to where the customer is back within
-- it, if that is known yet: what was owed on how many loans, and the most that might have been (8). Of the whole book only.
with limits as (
    select *
    from scoped_concentration_limits($branches, $products)
    where limit_id = $limit_id and month_end between $day and $month_end
),

customers as (
    select distinct borrower_id
    from scoped_connections($branches, $products)
    where group_id = $customer_id and (select bool_or(limits.is_group) from limits)
    union all
    select $customer_id as borrower_id
    where not (select bool_or(limits.is_group) from limits)
),

owed as (
    select
        months.month_end,
        count(*) as loans,
        sum(months.balance) as balance
    from scoped_loan_months($branches, $products) as months
    inner join customers on months.borrower_id = customers.borrower_id
    where months.month_end between $day and $month_end and months.status = 'active' and months.balance > 0
    group by months.month_end
),

judged as (
    select
        limits.month_end,
        coalesce(owed.loans, 0) as loans,
        coalesce(owed.balance, 0) as balance,
        limits.capital_as_of,
        limits.capital,
        limits.limit_share,
        limits.most,
        coalesce(owed.balance, 0) - limits.most as excess,
        cast(coalesce(owed.balance, 0) as double) / nullif(limits.capital, 0) as share
    from limits
    left join owed on limits.month_end = owed.month_end
)

select *
from judged
where month_end <= coalesce((select min(judged.month_end) from judged where judged.excess <= 0), $month_end)
order by month_end
