-- One row per act by hand of one list: who put it forward, reviewed and approved it, why, and what is wrong with it.
select *
from scoped_interventions($branches, $products)
where list_id = $list_id
    and happened_on <= $as_of
    and (not $only_faults or fault_count = 1)
    and ($officer_id = '' or officer_id = $officer_id)
    and ($kind = '' or kind = $kind)
    and ($month = '' or month_end = cast($month as date))
