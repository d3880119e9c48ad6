-- One row per case type that was ever sent from one department to another up to the date looked at.
select
    case_type,
    count(*) as handed_over
from scoped_hand_overs_on($branches, $products, $as_of)
group by case_type
order by handed_over desc, case_type
