-- One row per kind of cost of collecting in the twelve months to the month end, gross and net of what debtors have to pay
-- back (section 7).
select
    kind as collection_kind,
    sum(cost_amount) as cost_amount,
    sum(net_cost_amount) as net_cost_amount
from scoped_collection_costs($branches, $products)
where month_end <= $month_end and month_end > last_day($month_end - interval 12 month)
group by kind
order by cost_amount desc, kind
