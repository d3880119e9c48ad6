-- One row per channel of the twelve months to the month end, machines apart: attempts, answered, and the debtor reached
-- (section 7).
select
    contact_channel,
    sum(contact_count) as contact_count,
    sum(answered_count) as answered_count,
    sum(reached_count) as reached_count,
    cast(sum(reached_count) as double) / sum(contact_count) as reached_share
from scoped_contact_months($branches, $products)
where month_end <= $month_end and month_end > last_day($month_end - interval 12 month)
group by contact_channel
order by contact_count desc, contact_channel
