-- One row per loan and schedule version: when it is in force and what it asks for in all.
-- A version comes into force on its valid_from, else on the day of the restructuring that names it; the lowest
-- version, and one that nothing dates, holds from the beginning. The highest version in force governs (R-DPD-6).
with scheduled as (
    select
        rules.loan_no,
        instalments.version,
        max(instalments.valid_from) as valid_from,
        sum(instalments.principal_due) as scheduled_principal,
        max(rules.principal) as principal,
        max(rules.written_off_in_part) as written_off_in_part,
        sum(
            instalments.principal_due + instalments.interest_due
            + instalments.fee_due + instalments.penalty_due
        ) as scheduled_due
    from staging.instalments as instalments
    inner join intermediate.loan_rules as rules on instalments.loan_id = rules.loan_id
    group by rules.loan_no, instalments.version
),

restructures as (
    select
        rules.loan_no,
        facts.schedule_version as version,
        min(facts.restructured_on) as restructured_on
    from raw.restructures as facts
    inner join intermediate.loan_rules as rules on facts.loan_id = rules.loan_id
    where facts.schedule_version is not null
    group by rules.loan_no, facts.schedule_version
),

starts as (
    select
        scheduled.loan_no,
        scheduled.version,
        row_number() over (partition by scheduled.loan_no order by scheduled.version) as ordinal,
        case
            when row_number() over (partition by scheduled.loan_no order by scheduled.version) = 1
                then date '0001-01-01'
            else coalesce(scheduled.valid_from, restructures.restructured_on, date '0001-01-01')
        end as in_force_from,
        greatest(scheduled.scheduled_principal - scheduled.written_off_in_part, 0) as total_principal,
        scheduled.scheduled_due
        - least(scheduled.written_off_in_part, scheduled.scheduled_principal) as total_due,
        scheduled.principal - scheduled.scheduled_principal as not_scheduled
    from scheduled
    left join restructures
        on scheduled.loan_no = restructures.loan_no and scheduled.version = restructures.version
)

select
    loan_no,
    version,
    ordinal,
    in_force_from,
    coalesce(
        min(in_force_from) over (
            partition by loan_no
            order by version
            rows between 1 following and unbounded following
        ),
        date '9999-12-31'
    ) as in_force_until,
    -- Principal that the first schedule does not mention is still owed.
    cast(
        total_due + case when ordinal = 1 then greatest(not_scheduled, 0) else 0 end as decimal(18, 2)
    ) as owed_in_all,
    cast(
        total_principal + case when ordinal = 1 then greatest(not_scheduled, 0) else 0 end as decimal(18, 2)
    ) as principal_in_all
from starts
