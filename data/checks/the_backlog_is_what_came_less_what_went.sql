-- Per department and case type: the open cases of a month end are all that came until then less all that went.
with flows as (
    select
        month_end,
        department_id,
        case_type,
        sum(backlog) as backlog,
        sum(opened + received - closed - handed_on) as net
    from marts.workload
    group by month_end, department_id, case_type
),

summed as (
    select
        *,
        sum(net) over (partition by department_id, case_type order by month_end) as expected
    from flows
)

select *
from summed
where backlog <> expected
