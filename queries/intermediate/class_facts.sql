-- One row per recorded fact and loan that it concerns, its own or every loan of its borrower: what may set a floor to
-- the class, and from when until when (4.1). A check that found the money misused, or used for speculation, is such a
-- fact until the next check (U01, rule F2_misuse; 9.1).
select
    signals.rule_id,
    signals.raised_on,
    coalesce(signals.cleared_on, date '9999-12-31') as cleared_on,
    loans.loan_no
from raw.signals as signals
inner join intermediate.loan_rules as loans on signals.loan_id = loans.loan_id
union all
select
    signals.rule_id,
    signals.raised_on,
    coalesce(signals.cleared_on, date '9999-12-31') as cleared_on,
    loans.loan_no
from raw.signals as signals
inner join intermediate.loan_rules as loans on signals.borrower_id = loans.borrower_id
where signals.loan_id is null
union all
select
    'F2_misuse' as rule_id,
    checked_on as raised_on,
    judged_until as cleared_on,
    loan_no
from intermediate.use_results
where result in ('misused', 'speculation')
