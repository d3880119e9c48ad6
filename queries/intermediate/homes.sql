-- One row per borrower with a loan: its home, the branch and product of its first loan, where it is counted once; and
-- all its places, by which a reader has it in view.
select
    borrower_id,
    first_loan.branch as home_branch,
    first_loan.product as home_product,
    places
from (
    select
        borrower_id,
        min({'day': disbursed_on, 'loan_id': loan_id, 'branch': branch, 'product': product}) as first_loan,
        array_agg(distinct {'branch': branch, 'product': product}) as places
    from staging.loans
    group by borrower_id
)
