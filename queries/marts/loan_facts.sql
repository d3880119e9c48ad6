-- One row per loan on the book and month end on which it has any fact that a warning rule may ask: it is secured, or
-- something is wrong. What is kept of a fact is in data/kept_facts.py. Families behavioural, collateral and use of
-- funds of section 9.1.
with facts as (
    select *
    from intermediate.behaviour_facts
    full outer join intermediate.security_facts using (loan_no, month_end)
    full outer join intermediate.use_facts using (loan_no, month_end)
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
inner join marts.months_as_known as states
    on facts.loan_no = states.loan_no and facts.month_end = states.month_end and states.status = 'active'
inner join intermediate.loan_rules as loans on facts.loan_no = loans.loan_no
inner join intermediate.homes as homes on loans.borrower_id = homes.borrower_id
order by facts.month_end, loans.loan_id
