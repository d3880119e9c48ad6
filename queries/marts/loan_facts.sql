-- One row per loan on the book and month end on which any fact that a warning rule may ask is not calm; calm facts are
-- empty. Families behavioural, collateral and use of funds of section 9.1.
with together as (
    select * from intermediate.delay_facts
    union all by name
    select * from intermediate.conduct_facts
    union all by name
    select * from intermediate.security_facts
    union all by name
    select * from intermediate.use_facts
),

facts as (
    select
        loan_no,
        month_end,
        max(days_past_due) as days_past_due,
        max(late_instalments_6m) as late_instalments_6m,
        max(worst_delay_in_month) as worst_delay_in_month,
        max(rising_months) as rising_months,
        max(partial_payments) as partial_payments,
        max(first_missed_days) as first_missed_days,
        max(first_missed_age) as first_missed_age,
        max(broken_promises_90d) as broken_promises_90d,
        max(days_without_contact) as days_without_contact,
        max(third_party_payments_6m) as third_party_payments_6m,
        max(settled_old_within) as settled_old_within,
        max(settled_old_age) as settled_old_age,
        max(ltv) as ltv,
        bool_or(is_value_missing) as is_value_missing,
        max(valuation_overdue_days) as valuation_overdue_days,
        min(value_change) as value_change,
        max(uninsured_days) as uninsured_days,
        bool_or(is_beneficiary_other) as is_beneficiary_other,
        min(registration_days_left) as registration_days_left,
        max(unregistered_days) as unregistered_days,
        max(collateral_marks) as collateral_marks,
        max(collateral_mark) as collateral_mark,
        max(guarantor_days_past_due) as guarantor_days_past_due,
        bool_or(is_guarantor_enforced) as is_guarantor_enforced,
        max(use_result) as use_result,
        max(unproven_days) as unproven_days,
        min(returned_within) as returned_within,
        min(returned_age) as returned_age,
        max(split_payments) as split_payments,
        min(split_age) as split_age
    from together
    group by loan_no, month_end
)

select
    loans.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    loans.borrower_kind,
    homes.home_branch,
    homes.home_product,
    states.balance,
    facts.* exclude (loan_no)
from facts
inner join intermediate.loan_states as states
    on facts.loan_no = states.loan_no
    and facts.month_end = states.state_date
    and states.is_on_grid
    and states.status = 'active'
inner join intermediate.loan_rules as loans on facts.loan_no = loans.loan_no
inner join intermediate.homes as homes on loans.borrower_id = homes.borrower_id
order by facts.month_end, loans.loan_id
