-- One row, or none: to whom a department handed a case on the last time it had it, and when.
with stays as (
    select *
    from scoped_case_stays($branches, $products)
    where case_id = $case_id and entered_on <= $as_of
)

select
    next.department_id,
    next.department,
    next.department_zh,
    own.left_on
from stays as own
inner join stays as next on own.left_at = next.entered_at and next.entered_by = 'received'
where own.department_id = $department_id and own.left_by = 'handed_on' and own.left_on <= $as_of
order by own.stay desc
limit 1
