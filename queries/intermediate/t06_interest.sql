-- T06 (14.2): loan and month end whose booked interest is more than a cent a day off the recomputed one, that was not
-- booked at all, or that was booked though the loan had left the book or was not yet drawn.
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
    'interest_off_book' as kind,
    accruals.loan_id,
    accruals.month_end as happened_on,
    '' as reference,
    accruals.interest as recorded,
    cast(0 as decimal(18, 2)) as recomputed,
    abs(accruals.interest) as amount
from raw.accruals as accruals
inner join intermediate.loan_rules as rules on accruals.loan_id = rules.loan_id
inner join intermediate.loan_ends as ends on rules.loan_no = ends.loan_no
where accruals.interest <> 0
    and (ends.left_on <= date_trunc('month', accruals.month_end) or ends.disbursed_on > accruals.month_end)
