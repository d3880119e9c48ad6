-- One row per month end and department or person appraised (17): the score over the weights that could be measured, 0 to
-- 120, and what counts of it. A proven violation of conduct in the months looked at caps it at the gate, and no cash
-- collected makes up for it. Whoever had fewer than five cases is not scored; people and departments stand beside each
-- other, `judged_count` counts the departments.
with rules as (
    select
        max(case when param_id = 'appraisal_months' then cast(value as integer) end) as months,
        max(case when param_id = 'appraisal_gate' then cast(value as double) end) as gate,
        max(case when param_id = 'appraisal_least_cases' then cast(value as integer) end) as least_cases
    from staging.parameters
),

summed as (
    select
        month_end,
        department_id,
        staff_id,
        sum(weight) as weight,
        sum(points) as points,
        -- Calls made are no cases, nor is what is measured for the whole house.
        cast(max(case when is_own and component <> 'conduct' then denominator end) as bigint) as cases
    from marts.appraisal_parts
    group by month_end, department_id, staff_id
),

broken as (
    select
        month_end,
        department_id,
        staff_id,
        count(*) as violations
    from marts.conduct_violations
    where staff_id is not null and department_id is not null
    group by month_end, department_id, staff_id
),

gated as (
    select
        summed.month_end,
        summed.department_id,
        summed.staff_id,
        sum(broken.violations) as violations
    from summed
    cross join rules
    inner join broken
        on summed.department_id = broken.department_id
        and (summed.staff_id = '' or summed.staff_id = broken.staff_id)
        and broken.month_end <= summed.month_end
        and date_diff('month', broken.month_end, summed.month_end) < rules.months
    group by summed.month_end, summed.department_id, summed.staff_id
),

scored as (
    select
        summed.*,
        coalesce(gated.violations, 0) as violations,
        rules.gate,
        case
            when summed.cases >= rules.least_cases and summed.weight > 0 then 100 * summed.points / summed.weight
        end as raw_score
    from summed
    cross join rules
    left join gated
        on summed.month_end = gated.month_end
        and summed.department_id = gated.department_id
        and summed.staff_id = gated.staff_id
)

select
    scored.month_end,
    concat(scored.department_id, '/', scored.staff_id) as appraisal_id,
    scored.department_id,
    scored.staff_id,
    staff.name as staff_name,
    staff.grade,
    scored.weight,
    scored.cases,
    scored.violations,
    scored.gate,
    scored.raw_score,
    case when scored.violations > 0 then least(scored.raw_score, scored.gate) else scored.raw_score end as score,
    cast(
        case
            when scored.staff_id <> '' or scored.raw_score is null then 0
            when scored.violations > 0 then least(scored.raw_score, scored.gate)
            else scored.raw_score
        end as decimal(18, 8)
    ) as team_score,
    case when scored.staff_id = '' and scored.raw_score is not null then 1 else 0 end as judged_count
from scored
left join marts.staff as staff on scored.staff_id = staff.staff_id
order by scored.month_end, appraisal_id
