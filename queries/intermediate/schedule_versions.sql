-- One row per loan and schedule version: when it is in force and what it asks for in all.
-- A version comes into force on its valid_from, else on the day of the restructuring that names it; the lowest
-- version, and one that nothing dates, holds from the beginning. The highest version in force governs (R-DPD-6).
with totals as (
    select
        loan_id,
        version,
        max(valid_from) as valid_from,
        max(cash_after) as total_due,
        sum(principal_due) as total_principal,
        sum(principal_scheduled) as scheduled_principal
    from intermediate.schedule
    group by loan_id, version
),

restructures as (
    select
        loan_id,
        schedule_version as version,
        min(restructured_on) as restructured_on
    from raw.restructures
    where schedule_version is not null
    group by loan_id, schedule_version
),

dated as (
    select
        totals.*,
        row_number() over (partition by totals.loan_id order by totals.version) as ordinal,
        coalesce(totals.valid_from, restructures.restructured_on, date '0001-01-01') as dated_from
    from totals
    left join restructures
        on totals.loan_id = restructures.loan_id and totals.version = restructures.version
),

starts as (
    select
        *,
        case when ordinal = 1 then date '0001-01-01' else dated_from end as in_force_from
    from dated
)

select
    starts.loan_id,
    starts.version,
    starts.ordinal,
    starts.in_force_from,
    coalesce(
        min(starts.in_force_from) over (
            partition by starts.loan_id
            order by starts.version
            rows between 1 following and unbounded following
        ),
        date '9999-12-31'
    ) as in_force_until,
    starts.total_due,
    cast(starts.total_principal as decimal(18, 2)) as total_principal,
    -- Principal that the first schedule does not mention is still owed.
    cast(
        case
            when starts.ordinal = 1 then greatest(rules.principal - starts.scheduled_principal, 0)
            else 0
        end as decimal(18, 2)
    ) as unscheduled_principal
from starts
inner join intermediate.loan_rules as rules on starts.loan_id = rules.loan_id
