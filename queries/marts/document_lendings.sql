-- One row per time that an original was lent out of a loan's file: by when it is to be back, by the service level `return` of
-- filing documents on the day it went, and when it came.
with levels as (
    select
        clock,
        calendar_id,
        cast(amount as integer) as allowed_days,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from raw.service_levels
    where case_type = 'doc_archiving' and measure = 'return' and grade = 'standard'
),

allowed as (
    select
        lendings.lending_id,
        lendings.loan_id,
        lendings.kind,
        lendings.lent_on,
        lendings.returned_on,
        lendings.staff_id,
        levels.clock,
        levels.calendar_id,
        levels.allowed_days
    from raw.document_lendings as lendings
    left join levels on lendings.lent_on between levels.valid_from and levels.valid_to
)

select
    allowed.lending_id,
    allowed.loan_id,
    loans.branch,
    loans.product,
    allowed.kind,
    allowed.lent_on,
    allowed.returned_on,
    allowed.staff_id,
    case
        when allowed.clock = 'working' then due_days.day
        when allowed.clock = 'calendar' then cast(allowed.lent_on + allowed.allowed_days * interval 1 day as date)
    end as due_on
from allowed
inner join staging.loans as loans on allowed.loan_id = loans.loan_id
left join marts.working_days as lent_days
    on allowed.calendar_id = lent_days.calendar_id and allowed.lent_on = lent_days.day
left join marts.working_days as due_days
    on allowed.calendar_id = due_days.calendar_id
    and due_days.is_workday
    and lent_days.workday_no + allowed.allowed_days = due_days.workday_no
order by allowed.lent_on, allowed.lending_id
