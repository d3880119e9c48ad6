-- A loan whose repayments in the months do not add up to the principal that its cash settled. What was repaid in a
-- month is what the other flows leave of the balance; what is owed comes from cash and schedule alone. Told for loans
-- with one schedule all along that nothing was written off of: there the two must meet to the cent.
with plain as (
    select
        rules.loan_id,
        max(versions.principal_in_all) as principal_in_all
    from intermediate.schedule_versions as versions
    inner join intermediate.loan_rules as rules on versions.loan_no = rules.loan_no
    where not exists (select 1 from staging.write_offs as write_offs where write_offs.loan_id = rules.loan_id)
    group by rules.loan_id
    having count(*) = 1
),

owed as (
    select
        loan_id,
        max_by(principal_outstanding, month_end) as principal_owed
    from marts.loan_month_states
    where state_source = 'computed'
    group by loan_id
),

repaid as (
    select
        loan_id,
        sum(scheduled_amount + prepaid_amount) as repaid_amount
    from marts.loan_months
    group by loan_id
    having sum(disbursed_amount) > 0
)

select
    plain.loan_id,
    repaid.repaid_amount,
    plain.principal_in_all - owed.principal_owed as settled_amount
from plain
inner join owed on plain.loan_id = owed.loan_id
inner join repaid on plain.loan_id = repaid.loan_id
where repaid.repaid_amount <> plain.principal_in_all - owed.principal_owed
