-- One row per branch and product of the book: who has all of them in view has the whole book in view.
select
    branch,
    product
from marts.portfolio
group by branch, product
order by branch, product
