-- One row per payment of the twelve months to the month end, net of reversals: a population to draw from (14.3).
-- Amounts in cents. $among: all or late (of what was past due); $stratify: none, product, branch or channel.
select
    repayment_id as item_id,
    loan_id,
    coalesce(
        case $stratify
            when 'product' then product
            when 'branch' then branch
            when 'channel' then channel
        end,
        ''
    ) as stratum,
    cast(net_amount * 100 as bigint) as cents
from scoped_payments($branches, $products)
where paid_on <= $month_end
    and paid_on > $month_end - interval 12 month
    and net_amount > 0
    and ($among <> 'late' or late_amount > 0)
order by item_id
