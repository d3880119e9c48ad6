-- One row per stay of a case that is open, was closed in the month, was due in it, is late or soon will be, at the
-- month end, or ever was with the department: with the department and the person that had it then.
with stays as (
    select
        *,
        left_day > $month_end as is_open,
        left_day > $month_end and fulfilled_day > $month_end as is_owed
    from scoped_case_stays_on($branches, $products, $month_end)
    -- What a state cannot hold is left where it lies; rows are in the order of left_day.
    where left_day > case
            when $state in ('open', 'late', 'risk') then $month_end
            when $state = 'closed' then last_day($month_end - interval 1 month)
            else date '1900-01-01'
        end
        and left_day <= case when $state = 'closed' then $month_end else date '9999-12-31' end
        and ($state <> 'due' or due_on between last_day($month_end - interval 1 month) + 1 and $month_end)
        and ($department_id = '' or department_id = $department_id)
        and ($case_type = '' or case_type = $case_type)
        and opened_on >= $opened_since
        and left_day >= $opened_since
),

chosen as (
    select
        stay_id,
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
        entered_on,
        entered_by,
        due_at,
        due_on,
        late_from,
        risk_from,
        is_statutory,
        case when left_by = 'closed' and not is_open then left_on end as closed_on,
        owner,
        case when left_by = 'closed' and not is_open then outcome end as outcome,
        is_open,
        is_owed and late_from <= $month_end as is_late
    from stays
    where ($owner = '' or owner = $owner)
        and case $state
            when 'open' then is_open
            when 'late' then is_owed and late_from <= $month_end
            when 'risk' then is_owed and risk_from <= $month_end and late_from > $month_end
            when 'closed' then left_by = 'closed' and last_day(left_on) = $month_end
            when 'due' then is_due_here and last_day(due_on) = $month_end
            when 'ever' then true
            else
                is_open
                or (left_by = 'closed' and last_day(left_on) = $month_end)
                or (is_due_here and last_day(due_on) = $month_end)
        end
)

select
    chosen.* exclude (is_late),
    people.name as owner_name,
    $month_end - chosen.opened_on as age_days,
    coalesce(chosen.is_late, false) as is_late,
    coalesce(chosen.due_on, date '9999-12-31') as due_order
from chosen
left join book_staff() as people on chosen.owner = people.staff_id
