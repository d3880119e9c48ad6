-- One row per person, or per department, that had overdue cases in the twelve months to the month end: how many of the loans
-- were cured or rolled back, against how many like loans of the bank were: of the same bucket and product (section 7).
-- Fewer than five loans are not judged.
with held as (
    select
        *,
        case when $by_person then owner end as person
    from scoped_collector_months($branches, $products)
    where month_end <= $month_end
        and month_end > last_day($month_end - interval 12 month)
        and department_id is not null
        and ($department_id = '' or department_id = $department_id)
        and (owner is not null or not $by_person)
)

select
    concat(held.department_id, '/', coalesce(held.person, '')) as effect_id,
    held.department_id,
    held.person as staff_id,
    any_value(people.name) as staff_name,
    count(*) as loan_months,
    count(distinct held.loan_id) as loans,
    sum(held.cured_count) as cured,
    sum(held.expected_cured) as expected_cured,
    case when count(*) >= 5 then cast(sum(held.cured_count) as double) / count(*) end as cure_share,
    case when count(*) >= 5 then cast(sum(held.expected_cured) as double) / count(*) end as expected_share,
    case
        when count(*) >= 5
            then (cast(sum(held.cured_count) as double) - cast(sum(held.expected_cured) as double)) / count(*)
    end as effect,
    case
        when count(*) >= 5
            then (cast(sum(held.back_count) as double) - cast(sum(held.expected_back) as double)) / count(*)
    end as back_effect,
    -- Whether the difference is more than chance: twice the spread of as many loans with these chances.
    case
        when count(*) >= 5
            then 2 * sqrt(sum(cast(held.expected_cured as double) * (1 - cast(held.expected_cured as double)))) / count(*)
    end as chance
from held
left join book_staff() as people on held.person = people.staff_id
group by held.department_id, held.person
order by loan_months desc, effect_id
