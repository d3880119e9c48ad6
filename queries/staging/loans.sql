-- One row per loan.
select
    loan_id,
    borrower_id,
    product,
    branch,
    principal,
    annual_rate,
    disbursed_on,
    term_months,
    matures_on,
    repayment_method,
    coalesce(currency, 'CNY') as currency,
    officer_id,
    collateral_kind,
    purpose,
    coalesce(is_qualified_renewal, false) as is_qualified_renewal,
    penalty_uplift
from raw.loans
