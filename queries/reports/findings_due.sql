-- One row per finding or agreed action that is open on the date looked at and falls due up to 90 days after it, or was
-- due before: what, of whom, by when, and how many days are left.
select
    finding_id,
    what,
    item_id,
    title,
    title_zh,
    action,
    action_zh,
    owner,
    severity,
    severity_weight,
    department,
    department_zh,
    branch,
    due_on,
    extensions,
    exposure,
    due_on - $as_of as days_left,
    case
        when due_on < $as_of then 'past'
        when due_on <= $as_of + 7 then 'week'
        when due_on <= $as_of + 30 then 'month'
        else 'quarter'
    end as due_when
from scoped_finding_dues($branches, $products)
where issued_on <= $as_of
    and (ended_on is null or ended_on > $as_of)
    and due_on <= $as_of + 90
order by due_on, severity_weight desc, item_id
