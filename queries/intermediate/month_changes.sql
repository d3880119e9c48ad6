-- One row per loan and month end at which another schedule is in force than at the month end before: by how much the
-- principal it asks for in all has changed, how much of that a new contract version added (capitalised arrears), and
-- what the schedule of the opening asked for by then and in the month (sections 6.2, 8). Also the first month of a loan
-- whose first schedule asks for other principal than was lent.
with changed as (
    select distinct
        loan_no,
        last_day(in_force_from) as month_end
    from intermediate.schedule_versions
    where in_force_from > date '0001-01-01' and in_force_from < in_force_until
),

pairs as (
    select
        changed.loan_no,
        changed.month_end,
        before.version as version_before,
        now.principal_in_all,
        now.principal_in_all - before.principal_in_all as principal_change,
        case when now.contract_version <> before.contract_version then 1 else 0 end as is_new_contract,
        now.written_off - before.written_off as written_off_change
    from changed
    inner join intermediate.schedule_versions as now
        on changed.loan_no = now.loan_no
        and now.in_force_from <= changed.month_end
        and changed.month_end < now.in_force_until
    inner join intermediate.schedule_versions as before
        on changed.loan_no = before.loan_no
        and before.in_force_from < date_trunc('month', changed.month_end)
        and date_trunc('month', changed.month_end) <= before.in_force_until
    where now.version <> before.version
),

scheduled as (
    select
        pairs.loan_no,
        pairs.month_end,
        pairs.principal_in_all,
        pairs.principal_change,
        case
            when pairs.is_new_contract = 1
                then greatest(pairs.principal_change + pairs.written_off_change, 0)
            else 0
        end as capitalised_amount,
        positions.principal_due as scheduled_until,
        positions.principal_due_in_month as scheduled_in_month,
        positions.due_in_month
    from pairs
    inner join intermediate.positions as positions
        on pairs.loan_no = positions.loan_no
        and pairs.version_before = positions.version
        and pairs.month_end = positions.state_date
),

beyond_the_loan as (
    select
        rules.loan_no,
        last_day(rules.disbursed_on) as month_end,
        cast(null as decimal(18, 2)) as principal_in_all,
        versions.principal_in_all - rules.principal as principal_change,
        0 as capitalised_amount,
        cast(null as decimal(18, 2)) as scheduled_until,
        cast(null as decimal(18, 2)) as scheduled_in_month,
        cast(null as decimal(18, 2)) as due_in_month
    from intermediate.loan_rules as rules
    inner join intermediate.schedule_versions as versions
        on rules.loan_no = versions.loan_no
        and versions.in_force_from < date_trunc('month', rules.disbursed_on)
        and date_trunc('month', rules.disbursed_on) <= versions.in_force_until
    where versions.principal_in_all + versions.written_off <> rules.principal
),

unioned as (
    select *
    from scheduled
    union all
    select *
    from beyond_the_loan
)

select
    loan_no,
    month_end,
    max(principal_in_all) as principal_in_all,
    cast(sum(principal_change) as decimal(18, 2)) as principal_change,
    cast(sum(capitalised_amount) as decimal(18, 2)) as capitalised_amount,
    max(scheduled_until) as scheduled_until,
    max(scheduled_in_month) as scheduled_in_month,
    max(due_in_month) as due_in_month
from unioned
group by loan_no, month_end
