-- One row per month end, department or person, and component of its appraisal (17): what it came to in the three months to
-- the month end, between which floor and target, and the points it earns of its weight: none at the floor, all at the
-- target, at most 1.2 times. What was not measured earns nothing and weighs nothing.
with rules as (
    select
        max(case when param_id = 'appraisal_months' then cast(value as integer) end) as months,
        max(case when param_id = 'appraisal_most' then cast(value as double) end) as most
    from staging.parameters
),

months as (
    select
        ends.month_end,
        rules.months,
        rules.most
    from marts.month_ends as ends
    cross join rules
),

judged as (
    select
        months.month_end,
        months.most,
        terms.department_id,
        terms.level,
        terms.component,
        terms.weight,
        terms.floor,
        terms.target,
        measured.staff_id,
        min(case when measured.department_id = '' then 0 else 1 end) as is_own,
        sum(measured.numerator) as numerator,
        sum(measured.denominator) as denominator
    from months
    inner join raw.appraisal_terms as terms
        on months.month_end between terms.valid_from and coalesce(terms.valid_to, date '9999-12-31')
    inner join intermediate.appraisal_months as measured
        on terms.component = measured.component
        and (measured.department_id = terms.department_id or measured.department_id = '')
        and (measured.staff_id = '') = (terms.level = 'department')
        and measured.month_end <= months.month_end
        and date_diff('month', measured.month_end, months.month_end) < months.months
    group by
        months.month_end,
        months.most,
        terms.department_id,
        terms.level,
        terms.component,
        terms.weight,
        terms.floor,
        terms.target,
        measured.staff_id
),

rated as (
    select
        *,
        cast(numerator as double) / cast(denominator as double) as actual
    from judged
)

select
    month_end,
    concat(department_id, '/', staff_id, '/', component) as part_id,
    department_id,
    staff_id,
    component,
    is_own = 1 as is_own,
    weight,
    floor,
    target,
    numerator,
    denominator,
    actual,
    least(greatest((actual - floor) / (target - floor), 0), most) as share,
    weight * least(greatest((actual - floor) / (target - floor), 0), most) as points
from rated
order by month_end, part_id
