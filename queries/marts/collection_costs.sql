-- One row per cost of collecting (section 7): gross, and net of court fees that the debtor has to pay back. A cost that
-- names no loan belongs to no product ('').
select
    last_day(costs.incurred_on) as month_end,
    costs.cost_id,
    costs.incurred_on,
    costs.kind,
    costs.loan_id,
    coalesce(loans.branch, costs.branch, '') as branch,
    coalesce(loans.product, '') as product,
    costs.amount as cost_amount,
    cast(case when coalesce(costs.is_refundable, false) then 0 else costs.amount end as decimal(18, 2))
        as net_cost_amount
from raw.collection_costs as costs
left join staging.loans as loans on costs.loan_id = loans.loan_id
order by costs.incurred_on, costs.cost_id
