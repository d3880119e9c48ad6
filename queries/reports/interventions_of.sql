-- One row per act by hand that an exception is about: the same loan, day and reference.
select *
from scoped_interventions($branches, $products)
where loan_id = $loan_id and happened_on = $day and reference = $reference
order by list_id
