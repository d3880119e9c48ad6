-- A loan whose product has no complete rule in force on its day of disbursement would be counted wrong in silence.
select
    loans.loan_id,
    loans.product,
    loans.disbursed_on,
    rules.dpd_basis,
    rules.grace_mode,
    rules.alloc_scope
from staging.loans as loans
left join intermediate.contract_rules as rules
    on loans.product = rules.product and loans.disbursed_on = rules.disbursed_on
where rules.dpd_basis is null
    or rules.dpd_basis not in ('PI', 'ALL')
    or rules.tolerance is null
    or rules.grace_days is null
    or rules.grace_mode is null
    or rules.grace_mode not in ('RETROACTIVE', 'SHIFTED')
    or rules.alloc_scope is null
    or rules.alloc_scope not in ('HORIZONTAL', 'VERTICAL', 'STATUTORY_VERTICAL')
    or rules.fee_rank is null
    or least(rules.fee_rank, rules.interest_rank, rules.principal_rank, rules.penalty_rank) = 0
