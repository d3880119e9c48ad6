-- One row per service level in force of the case types that a department has as duties: statutory ones first.
with mine as (
    select
        case_type,
        min(position) as position
    from book_duties()
    where department_id = $department_id
    group by case_type
)

select
    levels.case_type,
    levels.measure,
    levels.grade as case_grade,
    levels.clock,
    levels.amount,
    levels.unit,
    levels.starts_with,
    levels.ends_with,
    levels.is_statutory,
    levels.is_pausable,
    levels.source
from book_service_levels() as levels
inner join mine on levels.case_type = mine.case_type
where len($branches) > 0
    and coalesce(levels.valid_from, date '1900-01-01') <= $as_of
    and coalesce(levels.valid_to, date '9999-12-31') >= $as_of
order by levels.is_statutory desc, mine.position, levels.measure desc, levels.amount
