-- One row per case that is open, was closed in the month, or was due in it, at the month end.
with cases as (
    select *
    from scoped_cases($branches, $products)
    where opened_on <= $month_end
),

seen as (
    select
        case_id,
        department_id,
        department,
        department_zh,
        case_type,
        loan_id,
        borrower_id,
        branch,
        product,
        opened_on,
        due_on,
        case when closed_on <= $month_end then closed_on end as closed_on,
        owner,
        owner_name,
        case when closed_on <= $month_end then outcome end as outcome,
        closed_on is null or closed_on > $month_end as is_open
    from cases
)

select
    *,
    $month_end - opened_on as age_days,
    coalesce(is_open and due_on < $month_end, false) as is_late,
    coalesce(due_on, date '9999-12-31') as due_order
from seen
where ($department_id = '' or department_id = $department_id)
    and ($case_type = '' or case_type = $case_type)
    and case $state
        when 'open' then is_open
        when 'late' then is_open and due_on < $month_end
        when 'closed' then last_day(closed_on) = $month_end
        when 'due' then last_day(due_on) = $month_end
        else is_open or last_day(closed_on) = $month_end or last_day(due_on) = $month_end
    end
