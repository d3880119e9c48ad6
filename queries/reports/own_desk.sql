-- One row: what a person has on the desk at the month end, of the cases in view (11). A desk is one's own whether the people of
-- one's branch, or of head office, are in view or not.
select
    cast(coalesce(sum(backlog), 0) as bigint) as backlog,
    cast(coalesce(sum(overdue_open), 0) as bigint) as overdue_open,
    cast(coalesce(sum(at_risk), 0) as bigint) as at_risk,
    cast(coalesce(sum(closed), 0) as bigint) as closed,
    cast(coalesce(sum(open_minutes), 0) as double) / 60 as open_hours
from scoped_desk_months($branches, $products)
where month_end = $month_end and staff_id = $staff_id
having len($branches) > 0
