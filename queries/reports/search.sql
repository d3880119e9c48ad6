-- One row per loan or borrower in this scope whose number begins with the text, exact matches first.
with loans as (
    select *
    from scoped_loans($branches, $products)
),

by_loan as (
    select
        'loan' as kind,
        loan_id as id,
        loan_id,
        borrower_id,
        product,
        branch,
        status,
        balance,
        days_past_due
    from loans
    where loan_id >= $text and loan_id < $beyond
    order by loan_id
    limit $limit
),

by_borrower as (
    select
        'borrower' as kind,
        borrower_id as id,
        min(loan_id) as loan_id,
        borrower_id,
        min(product) as product,
        min(branch) as branch,
        case when count(*) filter (where status = 'active') > 0 then 'active' else min(status) end as status,
        sum(balance) as balance,
        max(days_past_due) as days_past_due
    from loans
    where borrower_id >= $text and borrower_id < $beyond
    group by borrower_id
    order by borrower_id
    limit $limit
)

select *
from (
    select * from by_loan
    union all
    select * from by_borrower
)
order by id = $text desc, kind desc, id
limit $limit
