-- One row per clock that a step of the contact strategy has (a calendar's workdays, or any days where it has none), number of
-- days and day on which it begins: the day by which it is to be done. Workdays are counted over weekends and holidays; none
-- of them are the day itself or the first workday after it.
with clocks as (
    select distinct
        calendar_id,
        amount
    from marts.contact_strategy
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
union all
select
    clocks.calendar_id,
    clocks.amount,
    days.date as day,
    cast(days.date + clocks.amount * interval 1 day as date) as due_by
from clocks
cross join raw.calendar as days
where clocks.calendar_id = ''
