-- One row per month end, branch, product, department and case type: how many stays began in the month, and how many of
-- them were the case's first with the department, so that a case that comes back is counted once.
with stays as (
    select
        last_day(entered_on) as month_end,
        branch,
        product,
        department_id,
        case_type,
        case
            when lag(stay) over (partition by case_id, department_id order by stay) is null then 1
            else 0
        end as first_here
    from marts.case_stays
)

select
    month_end,
    branch,
    product,
    department_id,
    case_type,
    count(*) as stays,
    cast(sum(first_here) as bigint) as cases
from stays
group by month_end, branch, product, department_id, case_type
order by month_end, department_id
