-- One row per calendar and number of workdays that a step of the contact strategy has, and day: the workday that is so many
-- after it, over weekends and holidays. Of none, the day itself or the first workday after it.
with clocks as (
    select distinct
        calendar_id,
        amount
    from marts.contact_strategy
    where clock = 'working'
)

select
    clocks.calendar_id,
    clocks.amount,
    began.day,
    target.day as due_by
from clocks
inner join marts.working_days as began on clocks.calendar_id = began.calendar_id
inner join marts.working_days as target
    on began.calendar_id = target.calendar_id
    and began.workday_no + greatest(clocks.amount, if(began.is_workday, 0, 1)) = target.workday_no
    and target.is_workday
