-- One row per loan behind a breach of a limit of concentration at a month end, the largest first: those of the borrower, or
-- of all members of the connected group (8). Of the whole book only.
with limits as (
    select is_group
    from scoped_concentration_limits($branches, $products)
    where limit_id = $limit_id and month_end = $day
),

customers as (
    select distinct connections.borrower_id
    from scoped_connections($branches, $products) as connections
    cross join limits
    where limits.is_group and connections.group_id = $customer_id
    union all
    select $customer_id as borrower_id
    from limits
    where not limits.is_group
)

select
    months.loan_id,
    months.borrower_id,
    months.branch,
    months.product,
    months.balance,
    months.days_past_due,
    months.classification
from scoped_loan_months($branches, $products) as months
inner join customers on months.borrower_id = customers.borrower_id
where months.month_end = $day and months.status = 'active' and months.balance > 0
order by months.balance desc, months.loan_id
