-- A loan whose repayments in the months do not add up to the principal that its cash settled. What was repaid in a
-- month is what the other flows leave of the balance; what is owed comes from cash and schedule alone. The two must
-- meet to the cent by the schedule that is in force at the last month, whatever was replaced, capitalised or written
-- off in part before. Not told for loans written off or sold: what came in after they left repaid nothing.
with owed as (
    select
        loan_id,
        max(month_end) as month_end,
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
    owed.loan_id,
    owed.month_end,
    repaid.repaid_amount,
    versions.principal_in_all - owed.principal_owed as settled_amount
from owed
inner join repaid on owed.loan_id = repaid.loan_id
inner join intermediate.loan_rules as rules on owed.loan_id = rules.loan_id
inner join intermediate.schedule_versions as versions
    on rules.loan_no = versions.loan_no
    and versions.in_force_from <= owed.month_end
    and owed.month_end < versions.in_force_until
where repaid.repaid_amount <> versions.principal_in_all - owed.principal_owed
    and not exists (
        select 1
        from staging.write_offs as write_offs
        where write_offs.loan_id = owed.loan_id and not write_offs.is_partial
    )
