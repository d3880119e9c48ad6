-- One row per loan on the book at the month end, with what it adds to the largest borrower, connected group and ten
-- customers of the whole book; and one for the capital that these are held against (section 8).
with whole as (
    select *
    from scoped_concentrations($branches, $products)
    where month_end = $month_end
),

groups as (
    select distinct
        borrower_id,
        group_id
    from scoped_connections($branches, $products)
    where group_id is not null
),

loans as (
    select
        months.loan_id,
        months.borrower_id,
        groups.group_id,
        coalesce(groups.group_id, months.borrower_id) as customer_id,
        months.branch,
        months.product,
        months.balance,
        months.days_past_due,
        months.classification
    from scoped_loan_months($branches, $products) as months
    inner join whole on months.month_end = whole.month_end
    left join groups on months.borrower_id = groups.borrower_id
    where months.month_end = $month_end and months.status = 'active' and months.balance > 0
),

borrowers as (
    select
        borrower_id,
        row_number() over (order by sum(balance) desc, borrower_id) as place
    from loans
    group by borrower_id
),

customers as (
    select
        customer_id,
        group_id is not null as is_group,
        row_number() over (order by sum(balance) desc, customer_id) as place,
        row_number() over (partition by group_id is not null order by sum(balance) desc, customer_id) as place_of_kind
    from loans
    group by customer_id, group_id is not null
),

counted as (
    select
        loans.loan_id as row_id,
        loans.loan_id,
        loans.borrower_id,
        loans.group_id,
        loans.branch,
        loans.product,
        loans.balance,
        loans.days_past_due,
        loans.classification,
        cast(null as date) as reported_on,
        case when borrowers.place = 1 then loans.balance else 0 end as largest_borrower_balance,
        case
            when customers.is_group and customers.place_of_kind = 1 then loans.balance
            else 0
        end as largest_group_balance,
        case when customers.place <= 10 then loans.balance else 0 end as top10_balance,
        0 as interbank_balance,
        0 as net_capital,
        0 as tier1_capital
    from loans
    inner join borrowers on loans.borrower_id = borrowers.borrower_id
    inner join customers
        on loans.customer_id = customers.customer_id and (loans.group_id is not null) = customers.is_group
),

capital as (
    select
        'capital' as row_id,
        null as loan_id,
        null as borrower_id,
        null as group_id,
        null as branch,
        null as product,
        0 as balance,
        null as days_past_due,
        null as classification,
        capital_as_of as reported_on,
        0 as largest_borrower_balance,
        0 as largest_group_balance,
        0 as top10_balance,
        0 as interbank_balance,
        net_capital,
        tier1_capital
    from whole
)

select
    $month_end as month_end,
    *
from counted
union all
select
    $month_end as month_end,
    *
from capital
