-- One row per loan and state date on or before which cash moved, since the state date before.
select
    cash.loan_no,
    least(last_day(greatest(cash.moved_on, rules.disbursed_on)), build.as_of) as state_date,
    cast(sum(cash.amount) as decimal(18, 2)) as amount
from intermediate.cash as cash
inner join intermediate.loan_rules as rules on cash.loan_no = rules.loan_no
cross join raw.build as build
group by cash.loan_no, least(last_day(greatest(cash.moved_on, rules.disbursed_on)), build.as_of)
