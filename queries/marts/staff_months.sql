-- One row per person and month end since the book began: whether employed then, and the month's hours (11).
-- People belong to no product (''). Present are hours over those of a full month by the year's notice, in which the people
-- needed are counted too (W25): in a month of more working days than that, more are present than are employed.
with hours as (
    select
        staff_id,
        month_end,
        cast(paid_hours as decimal(18, 2)) as paid_hours,
        cast(coalesce(leave_hours, 0) as decimal(18, 2)) as leave_hours,
        cast(coalesce(training_hours, 0) as decimal(18, 2)) as training_hours,
        cast(coalesce(productive_hours, 0) as decimal(18, 2)) as productive_hours
    from raw.staff_time
)

select
    months.month_end,
    staff.staff_id,
    staff.name,
    staff.department_id,
    staff.branch,
    '' as product,
    staff.grade,
    case
        when coalesce(staff.joined_on, date '1900-01-01') <= months.month_end
            and (staff.left_on is null or staff.left_on > months.month_end) then cast(staff.fte as decimal(18, 2))
        else 0
    end as people,
    case when last_day(staff.left_on) = months.month_end then 1 else 0 end as leavers,
    coalesce(hours.paid_hours, 0) as paid_hours,
    coalesce(hours.leave_hours, 0) as leave_hours,
    coalesce(hours.training_hours, 0) as training_hours,
    coalesce(hours.paid_hours - hours.leave_hours - hours.training_hours, 0) as available_hours,
    coalesce(hours.productive_hours, 0) as productive_hours,
    cast(
        coalesce(hours.paid_hours - hours.leave_hours - hours.training_hours, 0) / months.month_hours
        as decimal(18, 6)
    ) as fte_present
from marts.staff as staff
cross join marts.capacity_terms as months
left join hours on staff.staff_id = hours.staff_id and months.month_end = hours.month_end
where staff.department_id is not null
    and last_day(coalesce(staff.joined_on, date '1900-01-01')) <= months.month_end
    and (staff.left_on is null or months.month_end <= last_day(staff.left_on))
order by months.month_end, staff.staff_id
