-- One row per sum received and month end at which nobody had found the loan that it belongs to, with its age (11.1,
-- recon_unmatched_amt). Money at head office has branch ''; what belongs to no loan yet has no product ('').
select
    months.month_end,
    receipts.receipt_id,
    receipts.received_on,
    receipts.channel,
    coalesce(receipts.branch, '') as branch,
    '' as product,
    date_diff('day', receipts.received_on, months.month_end) as age_days,
    case when receipts.matched_on <= build.as_of then receipts.matched_on end as matched_on,
    receipts.amount as unmatched_amount
from raw.unmatched_receipts as receipts
cross join raw.build as build
inner join marts.month_ends as months
    on months.month_end >= receipts.received_on
    and (receipts.matched_on is null or receipts.matched_on > months.month_end)
order by months.month_end, receipts.receipt_id
