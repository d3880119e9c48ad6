-- T06 (14.2): loan and month end whose booked interest is more than a cent a day off the recomputed one, that was not
-- booked at all, or that was booked though the loan had left the book or was not yet drawn. The same of penalty interest
-- on overdue principal and of compound interest on unpaid interest, where the file tells them and the rate on them.
select
    'T06_interest' as test_id,
    case when booked is null then 'interest_missing' else 'interest_differs' end as kind,
    loan_id,
    month_end as happened_on,
    '' as reference,
    coalesce(booked, 0) as recorded,
    interest as recomputed,
    abs(coalesce(booked, 0) - interest) as amount
from intermediate.recomputed_accruals
where abs(coalesce(booked, 0) - interest) > 0.01 * days
union all
select
    'T06_interest' as test_id,
    'penalty_differs' as kind,
    loan_id,
    month_end as happened_on,
    'penalty' as reference,
    penalty_booked as recorded,
    penalty as recomputed,
    abs(penalty_booked - penalty) as amount
from intermediate.recomputed_penalties
where not is_missing and abs(penalty_booked - penalty) > 0.01 * days
union all
select
    'T06_interest' as test_id,
    'compound_differs' as kind,
    loan_id,
    month_end as happened_on,
    'compound' as reference,
    compound_booked as recorded,
    compound as recomputed,
    abs(compound_booked - compound) as amount
from intermediate.recomputed_penalties
where not is_missing and abs(compound_booked - compound) > 0.01 * days
union all
select
    'T06_interest' as test_id,
    'interest_off_book' as kind,
    accruals.loan_id,
    accruals.month_end as happened_on,
    '' as reference,
    accruals.interest + coalesce(accruals.penalty, 0) + coalesce(accruals.compound, 0) as recorded,
    cast(0 as decimal(18, 2)) as recomputed,
    abs(accruals.interest + coalesce(accruals.penalty, 0) + coalesce(accruals.compound, 0)) as amount
from raw.accruals as accruals
inner join intermediate.loan_rules as rules on accruals.loan_id = rules.loan_id
inner join intermediate.loan_ends as ends on rules.loan_no = ends.loan_no
where accruals.interest + coalesce(accruals.penalty, 0) + coalesce(accruals.compound, 0) <> 0
    and (ends.left_on <= date_trunc('month', accruals.month_end) or ends.disbursed_on > accruals.month_end)
