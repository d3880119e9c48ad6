-- One row per duty of the organisation in force, with its case type's service level today.
with levels as (
    select
        levels.case_type,
        levels.clock,
        levels.amount,
        levels.unit,
        levels.calendar_id,
        levels.is_statutory,
        levels.is_pausable,
        levels.source
    from raw.service_levels as levels
    cross join raw.build as build
    where levels.measure = 'resolve'
        and levels.grade = 'standard'
        and build.as_of between levels.valid_from and coalesce(levels.valid_to, date '9999-12-31')
)

select
    duties.duty_id,
    coalesce(duties.position, 0) as position,
    duties.department_id,
    duties.name,
    coalesce(duties.name_zh, duties.name) as name_zh,
    duties.case_type,
    coalesce(duties.kind, types.kind, 'case') as kind,
    duties.figure,
    levels.clock,
    levels.amount,
    levels.unit,
    levels.calendar_id,
    coalesce(levels.is_statutory, false) as is_statutory,
    coalesce(levels.is_pausable, false) as is_pausable,
    coalesce(duties.source, levels.source) as source,
    duties.owner_id
from raw.duties as duties
inner join staging.organisation as organisation on duties.organisation = organisation.organisation
left join raw.case_types as types on duties.case_type = types.case_type
left join levels on duties.case_type = levels.case_type
