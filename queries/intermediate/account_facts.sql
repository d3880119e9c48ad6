-- One row per borrower and month end at which something is known of its account or its credit line here. Days over the
-- limit and what the account was short of are empty where there was nothing.
with months as (
    select
        borrower_id,
        month_end,
        inflow,
        cast(drawn as double) / nullif(cast(credit_limit as double), 0) as utilisation,
        over_limit_days,
        instalments_due - balance_before_due as shortfall
    from raw.account_months
),

compared as (
    select
        *,
        case
            when count(utilisation) over last_three = 3
                and date_diff('month', min(month_end) over last_three, month_end) = 2
                then min(utilisation) over last_three
        end as least_utilisation_3m,
        case
            when count(inflow) over six_before = 6
                and date_diff('month', min(month_end) over six_before, month_end) = 6
                then cast(inflow as double) / nullif(cast(avg(inflow) over six_before as double), 0) - 1
        end as inflow_change
    from months
    window
        last_three as (partition by borrower_id order by month_end rows between 2 preceding and current row),
        six_before as (partition by borrower_id order by month_end rows between 6 preceding and 1 preceding)
)

select
    borrower_id,
    month_end,
    least_utilisation_3m,
    case when over_limit_days > 0 then over_limit_days end as over_limit_days,
    inflow_change,
    case when shortfall > 0 then cast(shortfall as double) end as account_shortfall
from compared
where least_utilisation_3m is not null or over_limit_days > 0 or inflow_change is not null or shortfall > 0
