-- One row per loan of some that this build knows, whether or not it is on the book.
select loan_id
from scoped_loans($branches, $products)
where loan_id in (select unnest($loans))
order by loan_id
