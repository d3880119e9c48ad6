-- One row per attempt to reach a debtor in the month: what the cube of contacts sums (section 7).
select
    *,
    1 as contact_count,
    time_violation + frequency_violation + third_party_violation as violation_count
from scoped_contacts($branches, $products)
where month_end = $month_end
