-- One row: an audit finding with its state on the date looked at.
select
    *,
    closed_on is null or closed_on > $as_of as is_open,
    coalesce((closed_on is null or closed_on > $as_of) and current_due_on < $as_of, false) as is_overdue
from scoped_findings($branches, $products)
where finding_id = $finding_id
