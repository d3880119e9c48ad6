-- One row per department that any table names: which department of the organisation in force has its work.
-- A department of the organisation has its own; another is taken over, or stands elsewhere.
with own as (
    select
        departments.department_id,
        departments.takes_over
    from raw.departments as departments
    inner join staging.organisation as organisation on departments.organisation = organisation.organisation
),

recorded as (
    select department_id as recorded_id from raw.departments
    union
    select department_id as recorded_id from raw.cases
    union
    select to_department as recorded_id from raw.case_events where to_department is not null
    union
    select department_id as recorded_id from raw.findings where department_id is not null
    union
    select department_id as recorded_id from raw.auditable_units where department_id is not null
    union
    select department_id as recorded_id from raw.staff where department_id is not null
)

select
    recorded.recorded_id,
    coalesce(max(own.department_id), max(takers.department_id), 'elsewhere') as department_id
from recorded
left join own on recorded.recorded_id = own.department_id
left join own as takers on concat(' ', takers.takes_over, ' ') like concat('% ', recorded.recorded_id, ' %')
group by recorded.recorded_id
