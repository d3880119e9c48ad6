-- One row per loan and stretch of time under one schedule: which version of the contract's schedule, what partial
-- write-offs have taken from it by then (R-DPD-12), and what it asks for in all.
-- A contract version comes into force on its valid_from, else on the day of the restructuring that names it; the
-- lowest one, and one that nothing dates, holds from the beginning; the highest in force governs (R-DPD-6).
with instalment_loans as (
    select distinct loan_id
    from staging.instalments
),

recorded_loans as (
    select distinct loan_id
    from staging.recorded_months
),

scheduled as (
    select
        rules.loan_no,
        instalments.version as contract_version,
        max(instalments.valid_from) as valid_from,
        max(instalments.due_on) as last_due_on,
        sum(instalments.principal_due) as principal_due,
        sum(
            instalments.principal_due + instalments.interest_due
            + instalments.fee_due + instalments.penalty_due
        ) as due,
        max(rules.principal) as principal
    from staging.instalments as instalments
    inner join intermediate.loan_rules as rules on instalments.loan_id = rules.loan_id
    group by rules.loan_no, instalments.version
    union all
    -- A loan without a schedule, in a folder that has schedules: nothing has ever fallen due (a quality rule fails).
    select
        rules.loan_no,
        1 as contract_version,
        cast(null as date) as valid_from,
        cast(null as date) as last_due_on,
        0 as principal_due,
        0 as due,
        rules.principal
    from intermediate.loan_rules as rules
    left join instalment_loans on rules.loan_id = instalment_loans.loan_id
    left join recorded_loans on rules.loan_id = recorded_loans.loan_id
    where instalment_loans.loan_id is null
        and recorded_loans.loan_id is null
        and exists (select 1 from instalment_loans)
),

restructures as (
    select
        rules.loan_no,
        facts.schedule_version as contract_version,
        min(facts.restructured_on) as restructured_on
    from raw.restructures as facts
    inner join intermediate.loan_rules as rules on facts.loan_id = rules.loan_id
    where facts.schedule_version is not null
    group by rules.loan_no, facts.schedule_version
),

numbered as (
    select
        scheduled.*,
        restructures.restructured_on,
        row_number() over (partition by scheduled.loan_no order by scheduled.contract_version) as ordinal
    from scheduled
    left join restructures
        on scheduled.loan_no = restructures.loan_no
        and scheduled.contract_version = restructures.contract_version
),

started as (
    select
        *,
        case
            when ordinal = 1 then date '0001-01-01'
            else coalesce(valid_from, restructured_on, date '0001-01-01')
        end as starts_on
    from numbered
),

contracts as (
    select
        *,
        coalesce(
            min(starts_on) over (
                partition by loan_no
                order by contract_version
                rows between 1 following and unbounded following
            ),
            date '9999-12-31'
        ) as ends_on
    from started
),

partial_movements as (
    select
        loan_id,
        written_off_on as moved_on,
        amount
    from staging.write_offs
    where is_partial
    union all
    select
        loan_id,
        reversed_on as moved_on,
        -amount as amount
    from staging.write_offs
    where is_partial and reversed_on is not null
),

partial_write_offs as (
    select
        rules.loan_no,
        movements.moved_on,
        sum(sum(movements.amount)) over (
            partition by rules.loan_no
            order by movements.moved_on
            rows between unbounded preceding and current row
        ) as written_off
    from partial_movements as movements
    inner join intermediate.loan_rules as rules on movements.loan_id = rules.loan_id
    group by rules.loan_no, movements.moved_on
),

written_off_before as (
    select
        contracts.loan_no,
        contracts.contract_version,
        partial_write_offs.written_off,
        row_number() over (
            partition by contracts.loan_no, contracts.contract_version
            order by partial_write_offs.moved_on desc
        ) as recency
    from contracts
    inner join partial_write_offs
        on contracts.loan_no = partial_write_offs.loan_no
        and partial_write_offs.moved_on <= contracts.starts_on
),

stretches as (
    select
        contracts.loan_no,
        contracts.contract_version,
        contracts.ordinal,
        contracts.last_due_on,
        contracts.principal_due,
        contracts.due,
        contracts.principal,
        contracts.starts_on,
        contracts.ends_on,
        coalesce(written_off_before.written_off, 0) as written_off
    from contracts
    left join written_off_before
        on contracts.loan_no = written_off_before.loan_no
        and contracts.contract_version = written_off_before.contract_version
        and written_off_before.recency = 1
    where contracts.ordinal = 1 or contracts.starts_on < contracts.ends_on
    union all
    select
        contracts.loan_no,
        contracts.contract_version,
        contracts.ordinal,
        contracts.last_due_on,
        contracts.principal_due,
        contracts.due,
        contracts.principal,
        partial_write_offs.moved_on as starts_on,
        contracts.ends_on,
        partial_write_offs.written_off
    from contracts
    inner join partial_write_offs
        on contracts.loan_no = partial_write_offs.loan_no
        and partial_write_offs.moved_on > contracts.starts_on
        and (partial_write_offs.moved_on < contracts.ends_on or contracts.ordinal = 1)
),

bounded as (
    select
        *,
        coalesce(
            lead(starts_on) over (partition by loan_no, contract_version order by starts_on),
            date '9999-12-31'
        ) as shortened_on
    from stretches
)

select
    loan_no,
    row_number() over (partition by loan_no order by contract_version, starts_on) as version,
    contract_version,
    starts_on as in_force_from,
    least(ends_on, shortened_on) as in_force_until,
    last_due_on,
    -- Days past due by the original schedule go on being read from it after it was replaced.
    case when ordinal = 1 then shortened_on else starts_on end as original_until,
    cast(written_off as decimal(18, 2)) as written_off,
    -- Principal that the first schedule does not mention is still owed.
    cast(
        due - least(written_off, principal_due)
        + case when ordinal = 1 then greatest(principal - principal_due, 0) else 0 end as decimal(18, 2)
    ) as owed_in_all,
    cast(
        greatest(principal_due - written_off, 0)
        + case when ordinal = 1 then greatest(principal - principal_due, 0) else 0 end as decimal(18, 2)
    ) as principal_in_all
from bounded
