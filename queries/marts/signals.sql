-- One row per risk signal and loan it concerns: its own loan, or every loan of its borrower.
with on_loans as (
    select
        signals.*,
        signals.loan_id as concerned_loan_id
    from raw.signals as signals
    where signals.loan_id is not null
    union all
    select
        signals.*,
        loans.loan_id as concerned_loan_id
    from raw.signals as signals
    inner join staging.loans as loans on signals.borrower_id = loans.borrower_id
    where signals.loan_id is null
)

select
    on_loans.signal_id,
    on_loans.rule_id,
    loans.loan_id,
    loans.borrower_id,
    on_loans.raised_on,
    on_loans.cleared_on,
    on_loans.severity,
    on_loans.note,
    loans.branch,
    loans.product
from on_loans
inner join staging.loans as loans on on_loans.concerned_loan_id = loans.loan_id
order by loans.loan_id, on_loans.raised_on
