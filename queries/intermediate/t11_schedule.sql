-- T11 (14.2), on the day of disbursement: an instalment of a first schedule more than a cent off its method, and one that
-- does not repay the principal drawn.
select
    'T11_schedule' as test_id,
    'instalment' as kind,
    loan_id,
    disbursed_on as happened_on,
    cast(seq as varchar) as reference,
    booked as recorded,
    recomputed,
    greatest(abs(booked - recomputed), abs(interest_difference)) as amount
from intermediate.recomputed_lines
where is_off and is_usual
union all
select
    'T11_schedule' as test_id,
    'principal' as kind,
    loans.loan_id,
    loans.disbursed_on as happened_on,
    '' as reference,
    sum(lines.principal_due) as recorded,
    loans.principal as recomputed,
    abs(sum(lines.principal_due) - loans.principal) as amount
from staging.instalments as lines
inner join staging.loans as loans on lines.loan_id = loans.loan_id
where lines.version = 1
group by loans.loan_id, loans.disbursed_on, loans.principal
having sum(lines.principal_due) <> loans.principal
