-- One row per loan: its number in this build (a short key for the models between), what does not change about it,
-- and its contract's rules.
select
    row_number() over (order by loans.loan_id) as loan_no,
    loans.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    coalesce(borrowers.kind, 'unknown') as borrower_kind,
    coalesce(loans.collateral_kind, 'unknown') as collateral_kind,
    coalesce(borrowers.region, 'unknown') as region,
    coalesce(borrowers.industry, 'unknown') as industry,
    loans.currency,
    loans.officer_id,
    loans.annual_rate,
    loans.repayment_method,
    loans.principal,
    loans.disbursed_on,
    loans.is_qualified_renewal,
    rules.dpd_basis,
    rules.tolerance,
    rules.grace_days,
    rules.grace_mode,
    rules.alloc_scope,
    rules.fee_rank,
    rules.interest_rank,
    rules.principal_rank,
    rules.penalty_rank,
    rules.year_days
from staging.loans as loans
inner join intermediate.contract_rules as rules
    on loans.product = rules.product and loans.disbursed_on = rules.disbursed_on
left join raw.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
