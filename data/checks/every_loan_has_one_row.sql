-- A loan of the files that is not in marts.loans exactly once, or a row there of no such loan.
select
    coalesce(raw_loans.loan_id, mart_loans.loan_id) as loan_id,
    count(mart_loans.loan_id) as rows
from raw.loans as raw_loans
full join marts.loans as mart_loans on raw_loans.loan_id = mart_loans.loan_id
group by all
having count(mart_loans.loan_id) <> 1 or count(raw_loans.loan_id) = 0
