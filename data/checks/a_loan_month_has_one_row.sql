-- A loan and month end that marts.loan_months holds more than once.
select
    loan_id,
    month_end,
    count(*) as rows
from marts.loan_months
group by loan_id, month_end
having count(*) > 1
