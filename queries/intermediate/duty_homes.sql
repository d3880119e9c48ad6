-- One row per type of case that any organisation has as a duty: which department of the organisation in force has such work.
-- What no case tells of (a judgment, an incident, an asset sold) is told of that department, whatever it is called. Where
-- the organisation in force has no such duty, it is with whoever takes over the department that has it in another one.
with named as (
    select
        duties.case_type,
        homes.department_id,
        row_number() over (
            partition by duties.case_type
            order by
                duties.organisation <> organisation.organisation,
                homes.department_id = 'elsewhere',
                duties.position,
                duties.duty_id,
                duties.organisation
        ) as place
    from raw.duties as duties
    inner join intermediate.department_homes as homes on duties.department_id = homes.recorded_id
    cross join staging.organisation as organisation
    where duties.case_type is not null
)

select
    case_type,
    department_id
from named
where place = 1
