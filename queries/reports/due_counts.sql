-- One row per instalment and month end that tells of it, with what it adds there (3.2, entry_rate): the month after
-- the due month for one, three and seven days, the one after that for thirty.
with tellings as (
    select false as tells_thirtieth
    union all
    select true as tells_thirtieth
),

told as (
    select
        instalments.*,
        tellings.tells_thirtieth,
        case when tellings.tells_thirtieth then instalments.told_30_on else instalments.told_on end as month_end
    from scoped_due_instalments($branches, $products) as instalments
    cross join tellings
    where $month_end in (instalments.told_on, instalments.told_30_on)
)

select
    loan_id || '/' || due_on || '/' || seq as instalment_id,
    loan_id,
    branch,
    product,
    due_on,
    month_end,
    case when not tells_thirtieth then 1 else 0 end as due_count,
    case when not tells_thirtieth then due else 0 end as due_amount,
    case when not tells_thirtieth and unpaid_1 > 0 then 1 else 0 end as unpaid_1_count,
    case when not tells_thirtieth then unpaid_1 else 0 end as unpaid_1_amount,
    case when not tells_thirtieth and unpaid_3 > 0 then 1 else 0 end as unpaid_3_count,
    case when not tells_thirtieth then unpaid_3 else 0 end as unpaid_3_amount,
    case when not tells_thirtieth and unpaid_7 > 0 then 1 else 0 end as unpaid_7_count,
    case when not tells_thirtieth then unpaid_7 else 0 end as unpaid_7_amount,
    case when tells_thirtieth then 1 else 0 end as due_30_count,
    case when tells_thirtieth then due else 0 end as due_30_amount,
    case when tells_thirtieth and unpaid_30 > 0 then 1 else 0 end as unpaid_30_count,
    case when tells_thirtieth then unpaid_30 else 0 end as unpaid_30_amount
from told
where month_end = $month_end
