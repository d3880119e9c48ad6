-- One row per clock that acts of creditor or debtor restart: from when it runs and how many years (12.1).
-- The limitation of the claim (Civil Code 188: three years), that of what a guarantor owes (694), and the time in which a
-- title can be brought to enforcement (Civil Procedure Law 250: two years).
with build as (select as_of from raw.build),

guarantor_called as (
    select
        periods.guarantee_id,
        periods.loan_id,
        case
            when periods.kind = 'joint' then periods.acted_on
            else min(proceedings.enforcement_ended_on)
        end as starts_on
    from intermediate.guarantee_periods as periods
    cross join build
    left join raw.proceedings as proceedings
        on periods.loan_id = proceedings.loan_id
        and proceedings.enforcement_ending = 'terminated_round'
        and proceedings.enforcement_ended_on <= build.as_of
    where periods.acted_on is not null
    group by periods.guarantee_id, periods.loan_id, periods.kind, periods.acted_on
)

select
    'limitation:' || loan_id as clock_id,
    'limitation_expiry' as legal_clock,
    loan_id as subject_id,
    loan_id,
    due_on as starts_on,
    due_because as starts_with,
    3 as years
from intermediate.claims
where due_on is not null
union all
select
    'guarantee:' || guarantee_id as clock_id,
    'guarantee_limitation' as legal_clock,
    guarantee_id as subject_id,
    loan_id,
    starts_on,
    'guarantor_demand' as starts_with,
    3 as years
from guarantor_called
where starts_on is not null
union all
select
    'enforcement:' || proceedings.proceeding_id as clock_id,
    'enforcement_expiry' as legal_clock,
    proceedings.proceeding_id as subject_id,
    proceedings.loan_id,
    coalesce(proceedings.perform_by, proceedings.effective_on) as starts_on,
    'performance_day' as starts_with,
    2 as years
from raw.proceedings as proceedings
cross join build
where proceedings.upheld > 0 and proceedings.effective_on <= build.as_of
