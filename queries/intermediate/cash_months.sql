-- One row per loan and state date on or before which cash moved, since the state date before.
select
    cash.loan_id,
    least(last_day(greatest(cash.moved_on, rules.disbursed_on)), build.as_of) as state_date,
    sum(cash.amount) as amount
from intermediate.cash as cash
inner join intermediate.loan_rules as rules on cash.loan_id = rules.loan_id
cross join raw.build as build
group by cash.loan_id, least(last_day(greatest(cash.moved_on, rules.disbursed_on)), build.as_of)
